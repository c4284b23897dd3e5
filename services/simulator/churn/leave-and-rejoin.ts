import { DAY_MS } from '../calendar.ts';
import type { Subscriber } from '../population/subscriber.ts';
import { chance, integerBetween, pick } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import { DEVICE_MODELS } from '../world/catalogue.ts';
import { rawImeiOf } from '../world/numbers.ts';
import { leave } from './leave.ts';
import { dayStartOf, drawTiming, shopHourOn } from './period.ts';
import type { Stage } from './stage.ts';
import { ORDINARY } from './story.ts';
import type { Story } from './story.ts';

const SAME_DEVICE_SHARE = 0.6;

/**
 * The person gives up the number and is back under a new one within days: same circle, same cells, same habits, often
 * the same handset.
 *
 * @param successorIndex index of the subscriber that the person becomes.
 */
export function planLeaveAndRejoin(
  random: Random,
  subscriber: Subscriber,
  stage: Stage,
  successorIndex: number,
): { readonly story: Story; readonly successor: Subscriber } {
  const timing = drawTiming(random, stage.period, [2, 8], [0.3, 0.6]);
  const nextLine = stage.newLine('own');
  const sameDevice = chance(random, SAME_DEVICE_SHARE);
  const model = pick(random, DEVICE_MODELS);
  const rejoinDay = dayStartOf(stage.period, timing.churnedAtMs) + integerBetween(random, -1, 5) * DAY_MS;
  const successor: Subscriber = {
    ...subscriber,
    index: successorIndex,
    subscriberId: nextLine.party.partyId,
    line: nextLine,
    customerId: `${subscriber.customerId}-again`,
    activatedAtMs: shopHourOn(random, Math.min(rejoinDay, stage.period.endMs - DAY_MS)),
    contract: undefined,
    device: sameDevice
      ? subscriber.device
      : { ...model, imeiHash: stage.pseudonymOf(rawImeiOf(model.typeCode, successorIndex)) },
  };
  const ending = subscriber.plan.paymentType === 'prepaid' ? 'silence' : 'deactivation';
  const options = { ...timing, cause: 'price', ending, nextLine } as const;
  const { scheduled, ...leaving } = leave(random, subscriber, options, stage.newLine);
  const story: Story = {
    truth: {
      mechanism: 'leave_and_rejoin',
      subscriberId: subscriber.subscriberId,
      ...timing,
      ...leaving,
      successorSubscriberId: successor.subscriberId,
      sameDevice,
    },
    factorsOn: (dayStartMs) => (dayStartMs >= timing.onsetAtMs ? { ...ORDINARY, topUps: 0 } : ORDINARY),
    scheduled,
    rivalLines: [],
  };
  return { story, successor };
}
