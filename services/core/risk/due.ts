import type { EventBody } from '../events/subscriber-event.ts';
import type { Policy } from '../policy/policy.ts';
import type { SubscriberState } from '../subscriber/subscriber-state.ts';
import type { CivilCalendar } from '../time/civil-calendar.ts';
import type { ScoreCause } from './risk.ts';

/**
 * Whether an event just folded makes its subscriber due, and why. Decided by state and log alone, so that every run
 * over a log scores at the same points.
 */
export function dueAfterEvent(
  state: SubscriberState,
  body: EventBody,
  policy: Policy,
  calendar: CivilCalendar,
): ScoreCause | undefined {
  if (!isScorable(state, state.lastEventAtMs, policy, calendar)) return undefined;
  if (isTrigger(body)) return 'trigger';
  return state.lastEventAtMs >= state.lastScoredAtMs + policy.scoring.minimumIntervalMs ? 'interval' : undefined;
}

/** Seen for long enough to be judged, and still a customer. */
export function isScorable(state: SubscriberState, asOfMs: number, policy: Policy, calendar: CivilCalendar): boolean {
  if (state.closed?.value === true) return false;
  const observedDays = calendar.dayOf(asOfMs) - calendar.dayOf(state.firstSeenAtMs) + 1;
  return observedDays > policy.scoring.warmUpDays;
}

/** Events that say by themselves that something is wrong: they do not wait for the interval. */
export function isTrigger(body: EventBody): boolean {
  switch (body.type) {
    case 'complaint':
      return body.step === 'received' || body.step === 'unspecified';
    case 'service_change':
      return !body.on;
    case 'port_out':
      return body.step === 'requested';
    case 'port_out_enquiry':
    case 'contract_end':
    case 'closure_request':
      return true;
    default:
      return false;
  }
}
