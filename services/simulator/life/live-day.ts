import type { EventBody, SubscriberEvent } from '../../core/events/subscriber-event.ts';
import type { LocalDay } from '../calendar.ts';
import { ORDINARY } from '../churn/story.ts';
import type { Feed } from '../feeds.ts';
import { PURPOSE } from '../random/purposes.ts';
import { openRandom } from '../random/random.ts';
import { POSTPAID_PLANS, PREPAID_PLANS } from '../world/catalogue.ts';
import { createDayPlan, DEED, drawUpcoming, planDay } from './day-plan.ts';
import type { PlannedMoment } from './day-plan.ts';
import { balanceOf, billAt } from './monthly-bodies.ts';
import { turnToMonth } from './subscriber-state.ts';
import type { SubscriberState } from './subscriber-state.ts';
import { callAt, messageAt, sessionAt, topUpAt } from './usage-bodies.ts';
import type { Moment } from './usage-bodies.ts';

export interface LiveDayOptions {
  readonly seed: number;
  readonly utcOffsetMinutes: number;
  /** Says whether the network is down in an area; use that needs it does not happen. */
  readonly isDown: (areaId: string, atMs: number) => boolean;
}

/** All events of one day in time order. Days must follow one another, as states carry over. */
export function* liveDay(
  states: readonly SubscriberState[],
  day: LocalDay,
  options: LiveDayOptions,
): Generator<SubscriberEvent> {
  const plan = createDayPlan(day);
  for (const [stateIndex, state] of states.entries()) {
    turnToMonth(state, day.month);
    drawUpcoming(day, options.seed, state);
    planDay(plan, options.seed, stateIndex, state);
  }
  for (const planned of plan.inTimeOrder()) {
    const state = states[planned.stateIndex];
    const event = state === undefined ? undefined : eventOf(state, day, planned, options);
    if (event !== undefined) yield event;
  }
}

const FEED_OF_DEED: readonly Feed[] = [
  'voice',
  'voice',
  'message',
  'message',
  'data',
  'top_up',
  'care',
  'account',
  'account',
];

function eventOf(
  state: SubscriberState,
  day: LocalDay,
  planned: PlannedMoment,
  { seed, utcOffsetMinutes, isDown }: LiveDayOptions,
): SubscriberEvent | undefined {
  const { atMs, deed, scheduled } = planned;
  const { subscriberId, index } = state.subscriber;
  const number = state.eventCount;
  state.eventCount += 1;
  // Named by what happens and when, so that an event more or less leaves the bodies of all others alone.
  const random = openRandom(seed, PURPOSE.body, index, deed, atMs);
  const body = bodyOf({ random, state, day, atMs }, planned);
  if (body === undefined) return undefined;
  const feed = scheduled?.feed ?? FEED_OF_DEED[deed] ?? 'account';
  if (isUse(body) && body.location !== undefined && isDown(body.location.areaId, atMs)) return undefined;
  if (body.type === 'plan_change') changePlan(state, body.newPlanId);
  return {
    eventId: `${feed}-${subscriberId}-${atMs.toString(36)}-${number.toString(36)}`,
    subscriberId,
    occurredAtMs: atMs,
    recordedAtMs: recordedAt(body, atMs),
    feed,
    utcOffsetMinutes,
    body,
  };
}

function bodyOf(moment: Moment, { deed, scheduled }: PlannedMoment): EventBody | undefined {
  const { random, state, day, atMs } = moment;
  switch (deed) {
    case DEED.callOut:
      return callAt(moment, 'mobile_originated');
    case DEED.callIn:
      return callAt(moment, 'mobile_terminated');
    case DEED.messageOut:
      return messageAt(moment, 'mobile_originated');
    case DEED.messageIn:
      return messageAt(moment, 'mobile_terminated');
    case DEED.session:
      return sessionAt(moment, state.story?.factorsOn(day.startMs) ?? ORDINARY);
    case DEED.topUp:
      return topUpAt(moment);
    case DEED.appLogin:
      return { type: 'app_activity', kind: 'login', count: 1 };
    case DEED.bill:
      return billAt(random, state, day, atMs);
    case DEED.balance:
      return balanceOf(state);
    case DEED.scheduled:
      return scheduled?.body;
  }
}

function isUse(body: EventBody): body is Extract<EventBody, { type: 'call' | 'message' | 'data_session' }> {
  return body.type === 'call' || body.type === 'message' || body.type === 'data_session';
}

function changePlan(state: SubscriberState, planId: string): void {
  state.plan = [...PREPAID_PLANS, ...POSTPAID_PLANS].find((plan) => plan.planId === planId) ?? state.plan;
}

/** Mediation writes a record seconds after what it records has ended. */
function recordedAt(body: EventBody, atMs: number): number {
  const durationS = body.type === 'call' || body.type === 'data_session' ? body.durationS : 0;
  return atMs + durationS * 1_000 + 2_000;
}
