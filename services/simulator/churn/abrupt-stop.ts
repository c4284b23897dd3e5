import type { Subscriber } from '../population/subscriber.ts';
import type { Random } from '../random/random.ts';
import { leave } from './leave.ts';
import { drawTiming } from './period.ts';
import type { Stage } from './stage.ts';
import { ORDINARY } from './story.ts';
import type { Story } from './story.ts';

/** Ordinary life up to one moment, nothing after it. */
export function planAbruptStop(random: Random, subscriber: Subscriber, stage: Stage): Story {
  const timing = drawTiming(random, stage.period, [0, 0]);
  const { scheduled, ...leaving } = leave(random, subscriber, { ...timing, cause: 'life' }, stage.newLine);
  return {
    truth: { mechanism: 'abrupt_stop', subscriberId: subscriber.subscriberId, ...timing, ...leaving },
    factorsOn: () => ORDINARY,
    scheduled,
    rivalLines: [],
  };
}
