import type { CareBody } from '../../core/events/care.ts';
import { HOUR_MS } from '../calendar.ts';
import type { LocalDay } from '../calendar.ts';
import type { ScheduledBody } from '../feeds.ts';
import type { Subscriber } from '../population/subscriber.ts';
import { chance, integerBetween, logNormal, pick } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import { POSTPAID_PLANS, PREPAID_PLANS, RIVAL_PLANS } from '../world/catalogue.ts';
import type { SubscriberState } from './subscriber-state.ts';

/** Odds per subscriber and day of what happens now and then to people who stay. */
const ODDS = {
  contact: 0.006,
  complaint: 0.0008,
  fault: 0.0015,
  ownPlanQuery: 0.004,
  rivalPlanQuery: 0.0008,
  planChange: 0.0006,
  survey: 0.0006,
} as const;

const TOPICS = ['bill', 'plan', 'roaming', 'fault', 'price', 'device'] as const;

/** Draws what a subscriber has to do with the desk on an ordinary day; steps that follow may fall on later days. */
export function drawCareBodies(
  random: Random,
  { subscriber, plan }: SubscriberState,
  day: LocalDay,
): readonly ScheduledBody[] {
  const bodies: ScheduledBody[] = [];
  const name = `${subscriber.index}-${day.index}`;
  const someTime = (): number => day.startMs + integerBetween(random, 8 * HOUR_MS, 21 * HOUR_MS);
  const care = (atMs: number, body: CareBody): void => {
    bodies.push({ atMs, feed: 'care', body });
  };
  if (chance(random, ODDS.contact)) {
    care(someTime(), {
      type: 'agent_contact',
      contactId: `contact-${name}`,
      channel: 'hotline',
      waitS: Math.round(logNormal(random, 45, 0.9)),
      handleS: Math.round(logNormal(random, 240, 0.6)),
      topic: pick(random, TOPICS),
      matchedTerms: [],
      resolved: chance(random, 0.85),
      representativeId: `rep-${integerBetween(random, 1, 40)}`,
    });
  }
  if (chance(random, ODDS.complaint)) bodies.push(...complaintSteps(random, name, someTime()));
  if (chance(random, ODDS.fault)) bodies.push(...faultSteps(random, subscriber, name, someTime()));
  if (chance(random, ODDS.ownPlanQuery)) {
    const { planId } = pick(random, POSTPAID_PLANS);
    care(someTime(), { type: 'plan_query', operatorCode: 'own', planId, channel: 'app' });
  }
  if (chance(random, ODDS.rivalPlanQuery)) {
    const { operatorCode, planId } = pick(random, RIVAL_PLANS);
    care(someTime(), { type: 'plan_query', operatorCode, planId, channel: 'web' });
  }
  if (chance(random, ODDS.survey)) {
    const score = integerBetween(random, 5, 10);
    care(someTime(), {
      type: 'survey',
      surveyId: `survey-${name}`,
      kind: 'satisfaction',
      aboutId: '',
      score,
      cause: 'unspecified',
      answers: {},
    });
  }
  if (chance(random, ODDS.planChange)) {
    const { planId } = pick(random, plan.paymentType === 'prepaid' ? PREPAID_PLANS : POSTPAID_PLANS);
    const body = { type: 'plan_change', oldPlanId: plan.planId, newPlanId: planId, channel: 'app' } as const;
    if (planId !== plan.planId) bodies.push({ atMs: someTime(), feed: 'account', body });
  }
  return bodies;
}

function complaintSteps(random: Random, name: string, openedAtMs: number): readonly ScheduledBody[] {
  const cause = pick(random, ['service', 'transaction', 'information', 'price', 'technical']);
  const closedAtMs = openedAtMs + integerBetween(random, 10 * HOUR_MS, 72 * HOUR_MS);
  const common = {
    type: 'complaint',
    complaintId: `complaint-${name}`,
    cause,
    channel: 'hotline',
    openedAtMs,
  } as const;
  const justified = chance(random, 0.5);
  return [
    { atMs: openedAtMs, feed: 'care', body: { ...common, step: 'received', closedAtMs: 0, result: '' } },
    {
      atMs: closedAtMs,
      feed: 'care',
      body: { ...common, justified, step: 'handled', closedAtMs, result: 'explained' },
    },
  ];
}

function faultSteps(
  random: Random,
  { places }: Subscriber,
  name: string,
  reportedAtMs: number,
): readonly ScheduledBody[] {
  const faultId = `fault-${name}`;
  const repairedAtMs = reportedAtMs + integerBetween(random, HOUR_MS, 30 * HOUR_MS);
  const fault = { type: 'fault', faultId, service: 'data', reportedAtMs, location: places.home[0] } as const;
  const survey: ScheduledBody = {
    atMs: repairedAtMs + 2 * HOUR_MS,
    feed: 'care',
    body: {
      type: 'survey',
      surveyId: `survey-${faultId}`,
      kind: 'fault',
      aboutId: faultId,
      score: integerBetween(random, 6, 10),
      cause: 'network',
      answers: {},
    },
  };
  return [
    { atMs: reportedAtMs, feed: 'care', body: { ...fault, step: 'reported', repairedAtMs: 0 } },
    { atMs: repairedAtMs, feed: 'care', body: { ...fault, step: 'repaired', repairedAtMs } },
    ...(chance(random, 0.4) ? [survey] : []),
  ];
}
