import type { SubscriberEvent } from '../../core/events/subscriber-event.ts';
import { openRandom, seedOf } from '../random/random.ts';
import type { Random } from '../random/random.ts';
import { drawUserDays } from './draw-days.ts';
import { activationDayIn, expandAccount } from './expand-account.ts';
import { expandCalls } from './expand-calls.ts';
import { expandData } from './expand-data.ts';
import { expandIncomingMessages, expandOutgoingMessages } from './expand-messages.ts';
import { expandTopUps } from './expand-top-ups.ts';
import type { QuirkBook } from './quirks.ts';
import type { UsageRow } from './usage-row.ts';
import type { UserMonth } from './user-month.ts';

/** Each purpose has its own stream of random numbers, so that a change to one moves no event of another. */
const PURPOSES = { days: 1, calls: 2, sent: 3, received: 4, data: 5, topUps: 6 } as const;

/** Events of one user and month, in no order. Totals are the row's; moments and sizes are drawn. */
export function expandUserMonth(
  seed: number,
  row: UsageRow,
  userMonth: UserMonth,
  toldBefore: { readonly profile: boolean; readonly activation: boolean },
  quirks: QuirkBook,
): SubscriberEvent[] {
  const stream = (purpose: keyof typeof PURPOSES): Random =>
    openRandom(seed, seedOf(row.userId), row.year * 100 + row.month, PURPOSES[purpose]);
  if (row.lifetimeDays === undefined) quirks.note('tenure_unknown');
  if (row.spendMinor !== row.calls.minor + row.messages.minor + row.data.minor) quirks.note('spend_differs_from_parts');

  const firstDay = activationDayIn(row, userMonth) ?? 0;
  const days = drawUserDays(stream('days'), userMonth.frame, firstDay, userMonth.shapes);
  return [
    ...expandAccount(row, userMonth, toldBefore),
    ...expandCalls(stream('calls'), row, userMonth, days, quirks),
    ...expandOutgoingMessages(stream('sent'), row, userMonth, days, quirks),
    ...expandIncomingMessages(stream('received'), row, userMonth, days, quirks),
    ...expandData(stream('data'), row, userMonth, days, quirks),
    ...expandTopUps(stream('topUps'), row, userMonth, days, quirks),
  ];
}
