import type { SubscriberEvent } from '../../services/core/events/subscriber-event.ts';
import { hash32 } from '../../services/core/encoding/hash.ts';
import {
  bytes,
  charge,
  contact,
  failed,
  incoming,
  isIncoming,
  isOutgoing,
  isOwnUse,
  isPaidIn,
  networkOf,
  one,
  outgoing,
  outgoingSeconds,
  outgoingTo,
  paidIn,
  paidInOnce,
  partyMet,
  received,
  rivalSign,
  sent,
  sentBody,
  session,
} from './event-facts.ts';
import type { Amount, DatedEvent } from './event-facts.ts';

/**
 * Every feature once more, by its meaning: filters and loops over a subscriber's raw events, without tiles, sums or
 * stored state. Slow and plain; what the stream folds has to agree with it.
 *
 * Limits of the stored state are part of the meaning: the circle counts 32 contacts at most, four months of bills and
 * eight faults are known.
 */

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const CONTACTS_KNOWN = 32;
const BILLS_KNOWN = 4;
const FAULTS_KNOWN = 8;

/** @param timeZone IANA name. Days are counted from 1970-01-01 by local date. */
export function createNaiveDayOf(timeZone: string): (instantMs: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (instantMs) => {
    const [day, month, year] = format.format(instantMs).split('/');
    return Date.parse(`${year ?? ''}-${month ?? ''}-${day ?? ''}T00:00:00Z`) / DAY_MS;
  };
}

/**
 * @param log the subscriber's events in the order of the log, duplicates and all.
 * @param asOfMs not before any of them.
 * @returns value by feature name; NaN where unknown.
 */
export function naiveFeatures(
  log: readonly SubscriberEvent[],
  asOfMs: number,
  dayOf: (instantMs: number) => number,
): Readonly<Record<string, number>> {
  const events = withoutDuplicates(log, dayOf);
  const today = dayOf(asOfMs);
  const observed = today - Math.min(...events.map((event) => event.day)) + 1;

  /** Sum over the days from `from` days ago (not included) to `to` days ago (included): 7 and 0 is the last week. */
  function total(amount: Amount, from: number, to = 0): number {
    let sum = 0;
    for (const event of events) if (event.day > today - from && event.day <= today - to) sum += amount(event);
    return sum;
  }
  const perDay = (amount: Amount): number => total(amount, 90) / Math.min(90, observed);
  /** Sum over the days before the window of `recent` days, back to `from` days ago; unknown if not all were seen. */
  const before = (amount: Amount, from: number, recent: number): number =>
    observed < from ? Number.NaN : total(amount, from, recent);
  const change = (amount: Amount, days: number): number => over(total(amount, days), before(amount, 2 * days, days));
  const pace = (amount: Amount, recent: number): number =>
    over(total(amount, recent) / recent, before(amount, recent + 56, recent) / 56);

  /** How many of the days have at least one event of a kind. */
  function daysWith(holds: (event: DatedEvent) => boolean, from: number, to = 0): number {
    let days = 0;
    for (let day = today - from + 1; day <= today - to; day++) {
      if (events.some((event) => event.day === day && holds(event))) days++;
    }
    return days;
  }
  const shareOfDays = (holds: (event: DatedEvent) => boolean, window: number): number =>
    daysWith(holds, window) / Math.min(window, observed);

  function longestGap(window: number): number {
    let longest = 0;
    let run = 0;
    for (let day = today - Math.min(window, observed) + 1; day <= today; day++) {
      run = events.some((event) => event.day === day && isOwnUse(event)) ? 0 : run + 1;
      longest = Math.max(longest, run);
    }
    return longest;
  }

  function daysSince(holds: (event: DatedEvent) => boolean): number {
    const days = events.filter(holds).map((event) => today - event.day);
    return days.length === 0 ? Number.NaN : Math.min(...days);
  }

  function contacts(window: number): number {
    const parties = new Set<string>();
    for (const event of events) {
      const party = partyMet(event);
      if (party !== undefined && event.day > today - window) parties.add(party);
    }
    return Math.min(CONTACTS_KNOWN, parties.size);
  }

  const bills = billsOf(events);
  const last = bills.at(-1);
  const previous = bills.find(({ month }) => monthNumber(month) === monthNumber(last?.month ?? 0) - 1);
  const beforePrevious =
    previous && bills.find(({ month }) => monthNumber(month) === monthNumber(last?.month ?? 0) - 2);
  const monthlySpend =
    bills.length > 0
      ? bills.slice(-3).reduce((sum, bill) => sum + bill.totalMinor, 0) / Math.min(3, bills.length)
      : perDay(charge) * 30;
  const balance = latestOf(events, (event) => {
    if (event.body.type === 'balance_snapshot') return event.body.balanceMinor;
    return event.body.type === 'top_up' ? event.body.balanceAfterMinor : undefined;
  });
  const endOfContract = latestOf(events, ({ body, occurredAtMs }) => {
    if (body.type === 'contract_start') return body.endsAtMs;
    return body.type === 'contract_end' ? occurredAtMs : undefined;
  });
  const paymentType = latestOf(events, ({ body }) => {
    if (body.type === 'activation') return body.paymentType === 'unspecified' ? undefined : body.paymentType;
    return body.type === 'profile' ? body.paymentType : undefined;
  });
  const surveys = events.filter(
    ({ body }) => body.type === 'survey' && body.kind === 'fault' && body.score !== undefined,
  );
  const survey = surveys.toSorted((a, b) => a.occurredAtMs - b.occurredAtMs).at(-1);

  return {
    mo_calls_7d: total(outgoing, 7),
    mo_calls_28d: total(outgoing, 28),
    mo_calls_per_day_90d: perDay(outgoing),
    mo_seconds_28d: total(outgoingSeconds, 28),
    mo_seconds_per_day_90d: perDay(outgoingSeconds),
    mo_off_net_seconds_28d: total((event) => (networkOf(event) === 'off_net' ? outgoingSeconds(event) : 0), 28),
    mt_calls_7d: total(incoming, 7),
    mt_calls_28d: total(incoming, 28),
    mt_calls_per_day_90d: perDay(incoming),
    mo_messages_7d: total(sent, 7),
    mo_messages_28d: total(sent, 28),
    mo_messages_per_day_90d: perDay(sent),
    mt_messages_28d: total(received, 28),
    mt_messages_per_day_90d: perDay(received),
    data_sessions_28d: total(session, 28),
    data_bytes_7d: total(bytes, 7),
    data_bytes_28d: total(bytes, 28),
    data_bytes_per_day_90d: perDay(bytes),
    failed_calls_28d: total(failed, 28),
    rival_forwards_60d: total(
      ({ body }) =>
        one(body.type === 'call' && body.direction === 'forwarded' && body.forwardedTo?.network === 'off_net'),
      60,
    ),

    mo_calls_change_28d: change(outgoing, 28),
    mo_seconds_change_28d: change(outgoingSeconds, 28),
    mt_calls_change_28d: change(incoming, 28),
    mo_messages_change_28d: change(sent, 28),
    data_bytes_change_30d: change(bytes, 30),
    mo_calls_pace_14v56d: pace(outgoing, 14),
    mo_calls_pace_28v56d: pace(outgoing, 28),
    mt_calls_pace_28v56d: pace(incoming, 28),
    mo_share_of_calls_change_28v56d:
      over(total(outgoing, 28), total(outgoing, 28) + total(incoming, 28)) -
      over(before(outgoing, 84, 28), before(outgoing, 84, 28) + before(incoming, 84, 28)),
    mo_calls_7d_share_of_28d: over(total(outgoing, 7), total(outgoing, 28)),

    days_since_own_activity: daysSince(
      (event) => isOutgoing(event) || sent(event) > 0 || event.body.type === 'data_session' || isPaidIn(event),
    ),
    days_since_mo_call: daysSince(isOutgoing),
    days_since_mt_call: daysSince(isIncoming),
    days_since_mo_message: daysSince((event) => sent(event) > 0),
    days_since_mt_message: daysSince((event) => received(event) > 0),
    days_since_data_session: daysSince(({ body }) => body.type === 'data_session'),
    days_since_app_activity: daysSince(({ body }) => body.type === 'app_activity'),

    active_days_7d: shareOfDays(isOwnUse, 7),
    active_days_28d: shareOfDays(isOwnUse, 28),
    active_days_90d: shareOfDays(isOwnUse, 90),
    mo_call_days_28d: shareOfDays((event) => outgoing(event) > 0, 28),
    data_days_28d: shareOfDays((event) => session(event) > 0, 28),
    active_days_change_28d: observed < 56 ? Number.NaN : over(daysWith(isOwnUse, 28), daysWith(isOwnUse, 56, 28)),
    longest_gap_days_28d: longestGap(28),
    longest_gap_days_90d: longestGap(90),

    on_net_call_share_28d: over(total(outgoingTo('on_net'), 28), total(outgoing, 28)),
    off_net_call_share_28d: over(total(outgoingTo('off_net'), 28), total(outgoing, 28)),
    international_call_share_90d: over(total(outgoingTo('international'), 90), total(outgoing, 90)),
    off_net_message_share_28d: over(
      total(({ body }) => (body.type === 'message' && body.otherParty?.network === 'off_net' ? sentBody(body) : 0), 28),
      total(sent, 28),
    ),
    failed_call_share_28d: over(total(failed, 28), total(failed, 28) + total(outgoing, 28) + total(incoming, 28)),
    off_net_call_share_change_14v56d:
      over(total(outgoingTo('off_net'), 14), total(outgoing, 14)) -
      over(before(outgoingTo('off_net'), 70, 14), before(outgoing, 70, 14)),
    distinct_contacts_7d: contacts(7),
    distinct_contacts_28d: contacts(28),

    spend_7d: total(charge, 7),
    spend_28d: total(charge, 28),
    monthly_spend: monthlySpend,
    spend_change_28d: change(charge, 28),
    out_of_bundle_share_28d: over(
      total(({ body }) => (body.type === 'data_session' ? body.outOfBundleChargeMinor : 0), 28),
      total(charge, 28),
    ),
    top_ups_28d: total(paidInOnce, 28),
    top_ups_90d: total(paidInOnce, 90),
    top_up_sum_28d: total(paidIn, 28),
    top_up_per_day_90d: perDay(paidIn),
    days_since_top_up: daysSince(isPaidIn),
    top_up_overdue_90d: over(daysSince(isPaidIn), over(Math.min(90, observed), total(paidInOnce, 90))),
    top_up_cycle_90d: over(over(total(paidIn, 90), total(paidInOnce, 90)), monthlySpend),
    balance: balance ?? Number.NaN,
    revenue_reserve_months: over(balance ?? Number.NaN, monthlySpend),
    bill_change_1m: over(last?.totalMinor ?? Number.NaN, previous?.totalMinor ?? Number.NaN),
    bill_falling_2m:
      last === undefined || previous === undefined || beforePrevious === undefined
        ? Number.NaN
        : one(beforePrevious.totalMinor > previous.totalMinor && previous.totalMinor > last.totalMinor),
    bill_out_of_bundle_share_change_1m:
      last === undefined || previous === undefined
        ? Number.NaN
        : over(last.outOfBundleDataMinor, last.totalMinor) - over(previous.outOfBundleDataMinor, previous.totalMinor),

    complaints_90d: complaintDaysOf(events, dayOf).filter((day) => day > today - 90 && day <= today).length,
    agent_contacts_30d: total(contact, 30),
    agent_handle_seconds_mean_90d: over(
      total(({ body }) => (body.type === 'agent_contact' ? body.handleS : 0), 90),
      total(contact, 90),
    ),
    agent_wait_seconds_mean_90d: over(
      total(({ body }) => (body.type === 'agent_contact' ? body.waitS : 0), 90),
      total(contact, 90),
    ),
    unresolved_contact_share_90d: over(
      total(({ body }) => one(body.type === 'agent_contact' && !body.resolved), 90),
      total(contact, 90),
    ),
    open_fault_hours: Math.max(
      0,
      ...faultsOf(events)
        .filter(({ repaired, reportedAtMs }) => !repaired && reportedAtMs <= asOfMs)
        .map(({ reportedAtMs }) => (asOfMs - reportedAtMs) / HOUR_MS),
    ),
    fault_survey_score:
      survey?.body.type === 'survey' && survey.day > today - 90 ? (survey.body.score ?? Number.NaN) : Number.NaN,
    rival_contacts_30d: total(rivalSign, 30),
    port_out_enquiries_90d: total(
      ({ body }) => one(body.type === 'port_out_enquiry' || (body.type === 'port_out' && body.step === 'requested')),
      90,
    ),
    app_activities_change_30d: change(({ body }) => (body.type === 'app_activity' ? body.count : 0), 30),

    tenure_days: today - dayOfActivation(events, dayOf),
    observed_days: Math.min(90, observed),
    contract_days_left: endOfContract === undefined || endOfContract <= 0 ? Number.NaN : dayOf(endOfContract) - today,
    account_changes_30d: total(({ body }) => one(ACCOUNT_CHANGES.includes(body.type)), 30),
    is_postpaid:
      paymentType === undefined || paymentType === 'unspecified' ? Number.NaN : one(paymentType === 'postpaid'),
  };
}

const ACCOUNT_CHANGES: readonly string[] = ['plan_change', 'service_change', 'membership_change', 'closure_request'];

/** Months since year 0. */
function monthNumber(month: number): number {
  return Math.floor(month / 100) * 12 + (month % 100);
}

function over(part: number, whole: number): number {
  return whole === 0 ? Number.NaN : part / whole;
}

/** Of records with one feed, event id and civil day the first in the log counts. */
function withoutDuplicates(log: readonly SubscriberEvent[], dayOf: (instantMs: number) => number): DatedEvent[] {
  const seen = new Set<string>();
  const events: DatedEvent[] = [];
  for (const event of log) {
    const day = dayOf(event.occurredAtMs);
    const identity = JSON.stringify([event.feed, event.eventId, day]);
    if (seen.has(identity)) continue;
    seen.add(identity);
    events.push({ ...event, day });
  }
  return events;
}

/** The value of the latest event that has one; of two at one time, that later in the log. */
function latestOf<T>(events: readonly DatedEvent[], valueOf: (event: DatedEvent) => T | undefined): T | undefined {
  let latest: { readonly value: T; readonly atMs: number } | undefined;
  for (const event of events) {
    const value = valueOf(event);
    if (value === undefined || (latest !== undefined && event.occurredAtMs < latest.atMs)) continue;
    latest = { value, atMs: event.occurredAtMs };
  }
  return latest?.value;
}

/** One bill a month, the one later in the log; the latest four months, oldest first. */
function billsOf(events: readonly DatedEvent[]) {
  const byMonth = new Map<number, Extract<SubscriberEvent['body'], { type: 'bill' }>>();
  for (const { body } of events) if (body.type === 'bill') byMonth.set(body.month, body);
  const bills = [...byMonth.values()];
  return bills.toSorted((a, b) => a.month - b.month).slice(-BILLS_KNOWN);
}

/** Day on which each complaint was first heard of. */
function complaintDaysOf(events: readonly DatedEvent[], dayOf: (instantMs: number) => number): number[] {
  const firstDays = new Map<string, number>();
  for (const { body, day } of events) {
    if (body.type !== 'complaint') continue;
    const opened = body.openedAtMs > 0 ? Math.min(dayOf(body.openedAtMs), day) : day;
    firstDays.set(body.complaintId, Math.min(opened, firstDays.get(body.complaintId) ?? Infinity));
  }
  return [...firstDays.values()];
}

function faultsOf(events: readonly DatedEvent[]): { readonly reportedAtMs: number; readonly repaired: boolean }[] {
  const faults = new Map<string, { reportedAtMs: number; repaired: boolean }>();
  for (const { body, occurredAtMs } of events) {
    if (body.type !== 'fault') continue;
    const fault = faults.get(body.faultId) ?? { reportedAtMs: Infinity, repaired: false };
    const reportedAtMs = body.reportedAtMs > 0 ? body.reportedAtMs : occurredAtMs;
    fault.reportedAtMs = Math.min(fault.reportedAtMs, reportedAtMs);
    fault.repaired ||= body.step === 'repaired';
    faults.set(body.faultId, fault);
  }
  return [...faults]
    .toSorted(([a, x], [b, y]) => x.reportedAtMs - y.reportedAtMs || hash32(a) - hash32(b))
    .slice(-FAULTS_KNOWN)
    .map(([, fault]) => fault);
}

/** By the latest statement. */
function dayOfActivation(events: readonly DatedEvent[], dayOf: (instantMs: number) => number): number {
  const activatedAtMs = latestOf(events, ({ body, occurredAtMs }) => {
    if (body.type === 'activation') return body.transactionAtMs > 0 ? body.transactionAtMs : occurredAtMs;
    return body.type === 'profile' ? body.activatedAtMs : undefined;
  });
  return activatedAtMs === undefined ? Number.NaN : dayOf(activatedAtMs);
}
