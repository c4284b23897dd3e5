import { chance, integerBetween, pick } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';

/** Days away from home with little use: silence that is no churn. */
export interface Trip {
  readonly firstDay: number;
  readonly lastDay: number;
  readonly roamingArea: string;
}

const TRAVELLERS_SHARE = 0.08;
const ROAMING_AREAS = ['hk', 'mo', 'th', 'jp'] as const;

/** Share of the ordinary use that is left while away. */
export const USE_WHILE_AWAY = 0.3;

export function drawTrip(random: Random, days: number): Trip | undefined {
  if (!chance(random, TRAVELLERS_SHARE)) return undefined;
  const firstDay = integerBetween(random, 3, Math.max(3, days - 4));
  return { firstDay, lastDay: firstDay + integerBetween(random, 4, 12), roamingArea: pick(random, ROAMING_AREAS) };
}
