import type { Subscriber } from '../population/subscriber.ts';
import type { Random } from '../random/random.ts';
import { leave } from './leave.ts';
import { drawTiming } from './period.ts';
import { progressAt, useAt } from './story.ts';
import type { Story } from './story.ts';
import type { Stage } from './stage.ts';

/** Use of every kind sinks over three to six weeks, then ends. */
export function planSlowFade(random: Random, subscriber: Subscriber, stage: Stage): Story {
  const timing = drawTiming(random, stage.period, [21, 42]);
  const { scheduled, ...leaving } = leave(random, subscriber, { ...timing, cause: 'need' }, stage.newLine);
  return {
    truth: { mechanism: 'slow_fade', subscriberId: subscriber.subscriberId, ...timing, ...leaving },
    factorsOn: (dayStartMs) => useAt(Math.max(0.03, (1 - progressAt(timing, dayStartMs)) ** 1.3)),
    scheduled,
    rivalLines: [],
  };
}
