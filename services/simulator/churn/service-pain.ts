import { DAY_MS, HOUR_MS } from '../calendar.ts';
import type { ScheduledBody } from '../feeds.ts';
import type { Subscriber } from '../population/subscriber.ts';
import { between, integerBetween } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import { leave } from './leave.ts';
import { drawTiming, shopHourOn } from './period.ts';
import type { Stage } from './stage.ts';
import { ORDINARY, progressAt, useAt } from './story.ts';
import type { Story } from './story.ts';

/** Faults that take days to repair, a slow network, long waits, bad surveys, at least two complaints; then the end. */
export function planServicePain(random: Random, subscriber: Subscriber, stage: Stage): Story {
  const timing = drawTiming(random, stage.period, [18, 35]);
  const days = Math.max(1, Math.floor((timing.churnedAtMs - timing.onsetAtMs) / DAY_MS));
  const troubles = Array.from({ length: integerBetween(random, 2, 4) }, (_, number) => {
    const dayOffset = Math.floor((number * days * 0.8) / 4);
    return troubleOn(random, subscriber, number, timing.onsetAtMs + dayOffset * DAY_MS);
  });
  const { scheduled, ...leaving } = leave(random, subscriber, { ...timing, cause: 'service' }, stage.newLine);
  return {
    truth: {
      mechanism: 'service_pain',
      subscriberId: subscriber.subscriberId,
      ...timing,
      ...leaving,
      complaintIds: troubles.map(({ complaintId }) => complaintId),
      faultIds: troubles.map(({ faultId }) => faultId),
    },
    factorsOn(dayStartMs) {
      const progress = progressAt(timing, dayStartMs);
      return progress === 0 ? ORDINARY : { ...useAt(1 - 0.6 * progress), speed: 0.3 };
    },
    scheduled: [
      ...troubles.flatMap(({ bodies }) => bodies).filter(({ atMs }) => atMs < timing.churnedAtMs),
      ...scheduled,
    ],
    rivalLines: [],
  };
}

interface Trouble {
  readonly faultId: string;
  readonly complaintId: string;
  readonly bodies: readonly ScheduledBody[];
}

function troubleOn(random: Random, subscriber: Subscriber, number: number, dayStartMs: number): Trouble {
  const faultId = `fault-pain-${subscriber.index}-${number}`;
  const complaintId = `complaint-pain-${subscriber.index}-${number}`;
  const reportedAtMs = shopHourOn(random, dayStartMs);
  const repairedAtMs = reportedAtMs + integerBetween(random, 26 * HOUR_MS, 90 * HOUR_MS);
  const complainedAtMs = reportedAtMs + integerBetween(random, HOUR_MS, 20 * HOUR_MS);
  const location = subscriber.places.home[0];
  const care = (atMs: number, body: ScheduledBody['body']): ScheduledBody => ({ atMs, feed: 'care', body });
  const fault = { type: 'fault', faultId, service: 'data', reportedAtMs, location } as const;
  return {
    faultId,
    complaintId,
    bodies: [
      care(reportedAtMs, { ...fault, step: 'reported', repairedAtMs: 0 }),
      care(complainedAtMs, {
        type: 'agent_contact',
        contactId: `contact-pain-${subscriber.index}-${number}`,
        channel: 'hotline',
        waitS: integerBetween(random, 200, 900),
        handleS: integerBetween(random, 300, 1_500),
        topic: 'fault',
        matchedTerms: number > 0 ? ['转网'] : [],
        resolved: false,
        representativeId: `rep-${integerBetween(random, 1, 40)}`,
      }),
      care(complainedAtMs, {
        type: 'complaint',
        complaintId,
        cause: number % 2 === 0 ? 'technical' : 'service',
        channel: 'hotline',
        justified: true,
        step: 'received',
        openedAtMs: complainedAtMs,
        closedAtMs: 0,
        result: '',
      }),
      care(repairedAtMs, { ...fault, step: 'repaired', repairedAtMs }),
      care(repairedAtMs + HOUR_MS, {
        type: 'survey',
        surveyId: `survey-${faultId}`,
        kind: 'fault',
        aboutId: faultId,
        score: Math.floor(between(random, 0, 6)),
        cause: 'service',
        answers: {},
      }),
    ],
  };
}
