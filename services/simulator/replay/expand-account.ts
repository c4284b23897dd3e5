import type { SubscriberEvent } from '../../core/events/subscriber-event.ts';
import type { UsageRow } from './usage-row.ts';
import { toEvent } from './user-month.ts';
import type { UserMonth } from './user-month.ts';

/** The last moment of a month that every reader counts to it. */
const BEFORE_MONTH_END_MS = 1_000;

/** Day of the activation, 0 for the 1st of the month; undefined if it lies elsewhere or is not known. */
export function activationDayIn(row: UsageRow, userMonth: UserMonth): number | undefined {
  const { frame } = userMonth;
  if (row.lifetimeDays === undefined) return undefined;
  const day = frame.days - 1 - row.lifetimeDays;
  return day >= 0 ? day : undefined;
}

/**
 * What the account says in a month: the profile when the user is first seen or the activation date first known, and the
 * balance at the month's end.
 *
 * @param toldBefore what earlier months have said of this user.
 */
export function expandAccount(
  row: UsageRow,
  userMonth: UserMonth,
  toldBefore: { readonly profile: boolean; readonly activation: boolean },
): SubscriberEvent[] {
  const { frame, calendar } = userMonth;
  const events: SubscriberEvent[] = [];
  const tellsActivation = row.lifetimeDays !== undefined && !toldBefore.activation;
  if (!toldBefore.profile || tellsActivation) {
    const activationDay = activationDayIn(row, userMonth);
    const occurredAtMs = calendar.startOfDayMs(frame.firstDay + (activationDay ?? 0));
    const activatedAtMs =
      row.lifetimeDays === undefined ? undefined : calendar.startOfDayMs(frame.lastDay - row.lifetimeDays);
    events.push(
      toEvent(userMonth, 'account', 'profile', occurredAtMs, {
        type: 'profile',
        paymentType: 'prepaid',
        ...(activatedAtMs === undefined ? {} : { activatedAtMs }),
      }),
    );
  }
  events.push(
    toEvent(userMonth, 'account', 'balance', frame.endMs - BEFORE_MONTH_END_MS, {
      type: 'balance_snapshot',
      balanceMinor: row.balanceMinor,
    }),
  );
  return events;
}
