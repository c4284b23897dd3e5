import type { EventBody } from '../core/events/subscriber-event.ts';

/** The feeds of the simulated operator, each with a progress of its own. */
export const FEEDS = ['voice', 'data', 'message', 'top_up', 'care', 'account'] as const;

export type Feed = (typeof FEEDS)[number];

/** Something that will happen to a subscriber, already known in full. */
export interface ScheduledBody {
  readonly atMs: number;
  readonly feed: Feed;
  readonly body: EventBody;
}
