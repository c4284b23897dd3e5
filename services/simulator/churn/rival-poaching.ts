import { DAY_MS } from '../calendar.ts';
import type { Subscriber } from '../population/subscriber.ts';
import { integerBetween, pick } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import { PORTING_RIVALS } from '../world/catalogue.ts';
import { leave } from './leave.ts';
import { dayStartOf, drawTiming, shopHourOn } from './period.ts';
import type { Timing } from './period.ts';
import type { Stage } from './stage.ts';
import { ORDINARY, progressAt } from './story.ts';
import type { Story } from './story.ts';

const SALES_CONTACTS = 3;

/**
 * A rival wins one member of a household or office, then others follow: calls to the rival's lines rise, then the number is ported.
 *
 * @returns one story for each member, in their order; the first leads.
 */
export function planRivalPoaching(random: Random, members: readonly Subscriber[], stage: Stage): readonly Story[] {
  const [leader] = members;
  if (leader === undefined) return [];
  const operatorCode = pick(random, PORTING_RIVALS);
  const led = drawTiming(random, stage.period, [14, 28], [0.4, 0.7]);
  // Whoever has been won becomes one of the rival lines that the next ones call.
  const rivalLines = Array.from({ length: SALES_CONTACTS }, () => stage.newLine(operatorCode));
  return members.map((member, place): Story => {
    const timing = place === 0 ? led : followingTiming(random, led, stage);
    const { scheduled, ...leaving } = leave(
      random,
      member,
      { ...timing, cause: 'rival', ending: 'port_out', operatorCode },
      stage.newLine,
    );
    return {
      truth: {
        mechanism: 'rival_poaching',
        subscriberId: member.subscriberId,
        ...timing,
        ...leaving,
        operatorCode,
        ledBySubscriberId: leader.subscriberId,
      },
      factorsOn(dayStartMs) {
        const progress = progressAt(timing, dayStartMs);
        return progress === 0 ? ORDINARY : { ...ORDINARY, rivalShare: 0.25 + 0.35 * progress };
      },
      scheduled,
      rivalLines: place === 0 ? rivalLines : [leader.line, ...rivalLines],
    };
  });
}

/** A follower is drawn in once the leader has gone, and leaves within two weeks. */
function followingTiming(random: Random, led: Timing, { period }: Stage): Timing {
  const afterwards = dayStartOf(period, led.churnedAtMs) + integerBetween(random, 4, 14) * DAY_MS;
  const churnDayStartMs = Math.min(afterwards, period.endMs - DAY_MS);
  return { onsetAtMs: Math.min(led.churnedAtMs, churnDayStartMs), churnedAtMs: shopHourOn(random, churnDayStartMs) };
}
