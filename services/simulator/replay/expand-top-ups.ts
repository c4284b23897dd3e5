import type { SubscriberEvent } from '../../core/events/subscriber-event.ts';
import type { Random } from '../random/random.ts';
import { apportion } from './apportion.ts';
import { drawDays, lastDayOf } from './draw-days.ts';
import type { UserDays } from './draw-days.ts';
import type { QuirkBook } from './quirks.ts';
import type { UsageRow } from './usage-row.ts';
import { drawInstantMs, toEvent } from './user-month.ts';
import type { UserMonth } from './user-month.ts';

const WHOLE = 100;

/** Top-ups whose number and sum equal the row's; a negative sum is sent as reversals. */
export function expandTopUps(
  random: Random,
  row: UsageRow,
  userMonth: UserMonth,
  days: UserDays,
  quirks: QuirkBook,
): SubscriberEvent[] {
  const { topUps } = row;
  if (topUps.count === 0) return [];
  if (topUps.minor < 0) quirks.note('negative_top_ups');
  if (topUps.minor === 0) quirks.note('zero_top_ups');
  const last = lastDayOf(topUps.inactiveDays, userMonth.frame, days.from, quirks);
  const drawn = drawDays(random, topUps.count, days, last);
  return amountsOf(random, topUps.minor, topUps.count).map((amountMinor, index) =>
    toEvent(
      userMonth,
      'top_up',
      `top-up-${index + 1}`,
      // People buy credit when they are awake to call: the voice hours are the nearest thing that is known.
      drawInstantMs(random, userMonth, drawn[index] ?? 0, 'voice'),
      { type: 'top_up', amountMinor, channel: 'unspecified', paymentWay: 'unspecified' },
    ),
  );
}

/** Whole units of the currency, roughly level, with the odd rest on the first. */
function amountsOf(random: Random, totalMinor: number, count: number): number[] {
  const sign = totalMinor < 0 ? -1 : 1;
  const whole = Math.floor(Math.abs(totalMinor) / WHOLE);
  const weights = Array.from({ length: count }, () => 0.75 + 0.5 * random.next());
  const amounts = apportion(whole, weights).map((units) => units * WHOLE);
  const rest = Math.abs(totalMinor) - whole * WHOLE;
  return amounts.map((amount, index) => {
    const value = index === 0 ? amount + rest : amount;
    return value === 0 ? 0 : sign * value;
  });
}
