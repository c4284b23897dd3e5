import { DAY_MS } from '../calendar.ts';
import type { ScheduledBody } from '../feeds.ts';
import type { Contract, Subscriber } from '../population/subscriber.ts';
import { chance, integerBetween, pick } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import { RIVAL_PLANS } from '../world/catalogue.ts';
import { leave } from './leave.ts';
import { drawTiming, shopHourOn } from './period.ts';
import type { Stage } from './stage.ts';
import { ORDINARY, progressAt, useAt } from './story.ts';
import type { Story } from './story.ts';

const LOST_DISCOUNT_SHARE = 0.45;

/** The contract ends and its discount with it: the bill jumps, offers are compared, use falls, the number leaves. */
export function planPriceShock(
  random: Random,
  subscriber: Subscriber,
  stage: Stage,
): { readonly story: Story; readonly contract: Contract } {
  const timing = drawTiming(random, stage.period, [16, 30]);
  const contract: Contract = {
    contractId: `contract-${subscriber.index}`,
    campaignId: 'campaign-12m',
    startsAtMs: timing.onsetAtMs - 360 * DAY_MS,
    endsAtMs: timing.onsetAtMs,
    discountMinor: Math.round(subscriber.plan.monthlyFeeMinor * LOST_DISCOUNT_SHARE),
    renewsAtEnd: false,
  };
  const { scheduled, ...leaving } = leave(random, subscriber, { ...timing, cause: 'price' }, stage.newLine);
  const story: Story = {
    truth: {
      mechanism: 'price_shock',
      subscriberId: subscriber.subscriberId,
      ...timing,
      ...leaving,
      contractId: contract.contractId,
      contractEndedAtMs: contract.endsAtMs,
    },
    factorsOn(dayStartMs) {
      const progress = progressAt(timing, dayStartMs);
      return progress < 0.3 ? ORDINARY : useAt(1 - 0.8 * progress);
    },
    scheduled: [...comparisons(random, subscriber, timing.onsetAtMs, timing.churnedAtMs), ...scheduled],
    rivalLines: [],
  };
  return { story, contract };
}

function comparisons(
  random: Random,
  { index }: Subscriber,
  onsetAtMs: number,
  churnedAtMs: number,
): readonly ScheduledBody[] {
  const days = Math.max(1, Math.floor((churnedAtMs - onsetAtMs) / DAY_MS) - 1);
  const someTime = (): number => shopHourOn(random, onsetAtMs + integerBetween(random, 0, days - 1) * DAY_MS);
  const queries = Array.from({ length: integerBetween(random, 2, 4) }, (): ScheduledBody => {
    const { operatorCode, planId } = pick(random, RIVAL_PLANS);
    return { atMs: someTime(), feed: 'care', body: { type: 'plan_query', operatorCode, planId, channel: 'app' } };
  });
  const contactAtMs = someTime();
  const contact: ScheduledBody = {
    atMs: contactAtMs,
    feed: 'care',
    body: {
      type: 'agent_contact',
      contactId: `contact-price-${index}`,
      channel: 'hotline',
      waitS: integerBetween(random, 40, 300),
      handleS: integerBetween(random, 240, 900),
      topic: 'price',
      matchedTerms: chance(random, 0.4) ? ['换运营商'] : [],
      resolved: false,
      representativeId: `rep-${integerBetween(random, 1, 40)}`,
    },
  };
  const complaint: ScheduledBody = {
    atMs: contactAtMs,
    feed: 'care',
    body: {
      type: 'complaint',
      complaintId: `complaint-price-${index}`,
      cause: 'price',
      channel: 'hotline',
      step: 'received',
      openedAtMs: contactAtMs,
      closedAtMs: 0,
      result: '',
    },
  };
  return [...queries, contact, ...(chance(random, 0.5) ? [complaint] : [])];
}
