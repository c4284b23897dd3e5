import { DAY_MS } from '../calendar.ts';
import { between, chance } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import type { Plan } from '../world/catalogue.ts';
import type { Contract } from './subscriber.ts';

const CONTRACT_SHARE = 0.7;
const RENEWAL_SHARE = 0.8;
const MONTH_DAYS = 30;

/** A binding contract that runs when the simulation (or the subscription) begins; undefined for who has none. */
export function drawContract(
  random: Random,
  given: { readonly index: number; readonly plan: Plan; readonly startMs: number; readonly activatedAtMs: number },
): Contract | undefined {
  const { index, plan, startMs, activatedAtMs } = given;
  if (!chance(random, CONTRACT_SHARE)) return undefined;
  const months = chance(random, 0.5) ? 12 : 24;
  const lengthMs = months * MONTH_DAYS * DAY_MS;
  const age = Math.floor(between(random, 0, lengthMs / DAY_MS)) * DAY_MS;
  const startsAtMs = Math.max(activatedAtMs, startMs - age);
  return {
    contractId: `contract-${index}`,
    campaignId: `campaign-${months}m`,
    startsAtMs,
    endsAtMs: startsAtMs + lengthMs,
    discountMinor: Math.round(plan.monthlyFeeMinor * 0.3),
    renewsAtEnd: chance(random, RENEWAL_SHARE),
  };
}
