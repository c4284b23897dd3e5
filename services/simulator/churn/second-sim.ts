import { DAY_MS } from '../calendar.ts';
import type { ScheduledBody } from '../feeds.ts';
import type { Subscriber } from '../population/subscriber.ts';
import { chance, pick } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import { PORTING_RIVALS } from '../world/catalogue.ts';
import { leave } from './leave.ts';
import { drawTiming } from './period.ts';
import type { Stage } from './stage.ts';
import { ORDINARY } from './story.ts';
import type { Factors, Story } from './story.ts';

const SECOND_PHONE: Factors = {
  ...ORDINARY,
  callsOut: 0.22,
  messagesOut: 0.25,
  sessions: 0.3,
  appLogins: 0.4,
  topUps: 0.5,
};

/** A rival's SIM is used for what the person starts; the old number only answers, until everybody knows the new one. */
export function planSecondSim(random: Random, subscriber: Subscriber, stage: Stage): Story {
  const timing = drawTiming(random, stage.period, [30, 45], [0.7, 0.95]);
  const operatorCode = pick(random, PORTING_RIVALS);
  const nextLine = stage.newLine(operatorCode);
  const ending = subscriber.plan.paymentType === 'prepaid' ? 'silence' : 'deactivation';
  const options = { ...timing, cause: 'rival', ending, operatorCode, nextLine } as const;
  const { scheduled, ...leaving } = leave(random, subscriber, options, stage.newLine);
  const forwarding: ScheduledBody = {
    atMs: timing.churnedAtMs - DAY_MS / 24,
    feed: 'account',
    body: {
      type: 'service_change',
      productId: 'forwarding',
      kind: 'forwarding',
      on: true,
      forwardTo: nextLine.party,
      providerId: '',
      channel: 'self_service',
    },
  };
  return {
    truth: {
      mechanism: 'second_sim',
      subscriberId: subscriber.subscriberId,
      ...timing,
      ...leaving,
      operatorCode,
      rivalPartyId: nextLine.party.partyId,
    },
    factorsOn: (dayStartMs) => (dayStartMs >= timing.onsetAtMs ? SECOND_PHONE : ORDINARY),
    scheduled: [...(chance(random, 0.3) ? [forwarding] : []), ...scheduled],
    rivalLines: [],
  };
}
