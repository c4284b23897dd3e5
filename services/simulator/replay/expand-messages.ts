import type { Direction, OtherParty } from '../../core/events/common.ts';
import type { SubscriberEvent } from '../../core/events/subscriber-event.ts';
import type { Random } from '../random/random.ts';
import { apportion } from './apportion.ts';
import { drawDays, lastDayOf } from './draw-days.ts';
import type { UserDays } from './draw-days.ts';
import { PARTIES } from './parties.ts';
import type { QuirkBook } from './quirks.ts';
import type { MessageTotals, UsageRow } from './usage-row.ts';
import { drawInstantMs, toEvent } from './user-month.ts';
import type { UserMonth } from './user-month.ts';

interface MessageCell extends MessageTotals {
  readonly otherParty: OtherParty | undefined;
}

/** Outgoing messages whose count and charges equal the row's, in total and for each network. */
export function expandOutgoingMessages(
  random: Random,
  row: UsageRow,
  userMonth: UserMonth,
  days: UserDays,
  quirks: QuirkBook,
): SubscriberEvent[] {
  const { messages } = row;
  if (messages.count === 0) return [];
  const cells = splitBy(messages, [
    { otherParty: PARTIES.on_net, ...messages.onNet },
    { otherParty: PARTIES.off_net, ...messages.offNet },
    { otherParty: PARTIES.international, ...messages.abroad },
  ]);
  if (cells === undefined) quirks.note('message_parts_contradict_total');
  const last = lastDayOf(messages.inactiveDays, userMonth.frame, days.from, quirks);
  const drawn = drawDays(random, messages.count, days, last);
  const fitting = cells ?? [{ otherParty: undefined, count: messages.count, minor: messages.minor }];
  const charges = chargeMessages(random, fitting, messages.dearestMinor, quirks);
  return toMessages(random, fitting, charges, drawn, userMonth, 'mobile_originated', 'sent');
}

/** Incoming messages. The source does not say on which days they came: any day since the activation. */
export function expandIncomingMessages(
  random: Random,
  row: UsageRow,
  userMonth: UserMonth,
  days: UserDays,
  quirks: QuirkBook,
): SubscriberEvent[] {
  const { incomingMessages } = row;
  if (incomingMessages.count === 0) return [];
  if (incomingMessages.minor < 0 || incomingMessages.abroad.minor < 0) quirks.note('negative_charge');
  const cells = splitBy(incomingMessages, [{ otherParty: PARTIES.international, ...incomingMessages.abroad }]);
  if (cells === undefined) quirks.note('message_parts_contradict_total');
  const fitting = cells ?? [{ otherParty: undefined, count: incomingMessages.count, minor: incomingMessages.minor }];
  const drawn = drawDays(random, incomingMessages.count, days, { day: userMonth.frame.days - 1, exact: false });
  const charges = fitting.map(({ minor, count }) => apportion(minor, level(count)));
  return toMessages(random, fitting, charges, drawn, userMonth, 'mobile_terminated', 'received');
}

/** The parts and what is left of the total, or undefined if nothing sensible is left. */
function splitBy(total: MessageTotals, parts: readonly MessageCell[]): MessageCell[] | undefined {
  const rest = parts.reduce((left, part) => ({ count: left.count - part.count, minor: left.minor - part.minor }), {
    count: total.count,
    minor: total.minor,
  });
  if (rest.count < 0 || (rest.count === 0 && rest.minor !== 0)) return undefined;
  if (parts.some(({ count, minor }) => count === 0 && minor !== 0)) return undefined;
  return [...parts, { otherParty: undefined, ...rest }].filter(({ count }) => count > 0);
}

/** Charges below the month's dearest message where the totals allow it, and one message at it. */
function chargeMessages(
  random: Random,
  cells: readonly MessageCell[],
  dearestMinor: number,
  quirks: QuirkBook,
): number[][] {
  const host = cells.findIndex(({ count, minor }) => minor >= dearestMinor && (count > 1 || minor === dearestMinor));
  const reachable = host >= 0 && cells.every(({ count, minor }) => count * dearestMinor >= minor);
  if (!reachable) {
    quirks.note('message_maximum_out_of_reach');
    return cells.map(({ count, minor }) => apportion(minor, level(count)));
  }
  return cells.map(({ count, minor }, index) => {
    if (index !== host) return apportion(minor, level(count), dearestMinor);
    const others = apportion(minor - dearestMinor, level(count - 1), dearestMinor);
    return others.toSpliced(Math.floor(random.next() * count), 0, dearestMinor);
  });
}

function toMessages(
  random: Random,
  cells: readonly MessageCell[],
  charges: readonly (readonly number[])[],
  days: readonly number[],
  userMonth: UserMonth,
  direction: Direction,
  name: string,
): SubscriberEvent[] {
  let next = 0;
  return cells.flatMap(({ otherParty }, cell) =>
    (charges[cell] ?? []).map((chargeMinor) => {
      const occurredAtMs = drawInstantMs(random, userMonth, days[next] ?? 0, 'message');
      next += 1;
      return toEvent(userMonth, 'message', `message-${name}-${next}`, occurredAtMs, {
        type: 'message',
        kind: 'sms',
        direction,
        otherParty,
        chargeMinor,
        location: undefined,
        imeiHash: '',
      });
    }),
  );
}

function level(count: number): number[] {
  return Array.from({ length: count }, () => 1);
}
