import type { SubscriberEvent } from '../../core/events/subscriber-event.ts';
import type { Random } from '../random/random.ts';
import { apportion } from './apportion.ts';
import { drawDays, lastDayOf } from './draw-days.ts';
import type { UserDays } from './draw-days.ts';
import type { QuirkBook } from './quirks.ts';
import type { UsageRow } from './usage-row.ts';
import { drawInstantMs, toEvent } from './user-month.ts';
import type { UserMonth } from './user-month.ts';

/**
 * Data sessions whose count, bytes and charges equal the row's. The source knows the volume in one sum: all of it is sent
 * as down-link.
 */
export function expandData(
  random: Random,
  row: UsageRow,
  userMonth: UserMonth,
  days: UserDays,
  quirks: QuirkBook,
): SubscriberEvent[] {
  const { data } = row;
  if (data.sessions === 0) return [];
  if (data.minor < 0) quirks.note('negative_charge');
  const shapes = Array.from({ length: data.sessions }, () => userMonth.shapes.drawSession(random));
  const bytes = apportion(
    data.bytes,
    shapes.map(({ megabytes }) => megabytes),
  );
  const charges = apportion(
    data.minor,
    bytes.map((volume) => volume + 1),
  );
  const last = lastDayOf(data.inactiveDays, userMonth.frame, days.from, quirks);
  const drawn = drawDays(random, data.sessions, days, last);
  return shapes.map(({ durationS }, index) =>
    toEvent(userMonth, 'data', `session-${index + 1}`, drawInstantMs(random, userMonth, drawn[index] ?? 0, 'data'), {
      type: 'data_session',
      durationS,
      upBytes: 0,
      downBytes: bytes[index] ?? 0,
      access: 'mobile',
      radioGeneration: 'unspecified',
      chargeMinor: charges[index] ?? 0,
      outOfBundleBytes: 0,
      outOfBundleChargeMinor: 0,
      meanKbps: 0,
      location: undefined,
      imeiHash: '',
      roaming: false,
      chargingId: '',
      recordSequenceNumber: 0,
    }),
  );
}
