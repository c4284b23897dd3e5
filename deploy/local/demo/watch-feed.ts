import { setTimeout as delay } from 'node:timers/promises';
import type { OffsetReader } from '../../../services/platform/kafka/offsets.ts';
import type { OrderStore } from '../../../services/retention/order-store.ts';
import type { PartitionStore } from '../../../services/platform/redis/partition-store.ts';
import { countWorkOrdersOverHttp } from './count-results.ts';
import { createLiveDisplay, formatLiveLine } from './live-line.ts';
import { readScorerState } from './read-state.ts';
import type { ScorerState } from './read-state.ts';
import type { Feed, FeedCounts } from './start-feed.ts';

export interface FeedEnd {
  readonly state: ScorerState;
  readonly fed: FeedCounts;
  /** Events settled, over the time from the first commit to the last. */
  readonly eventsPerSecond: number;
}

const POLL_MS = 500;
/** No progress for this long after the feed has ended means that something hangs. */
const SETTLE_WITHIN_MS = 120_000;

/**
 * Shows a line of figures until the feed has ended and everything it brought has been scored, published and turned into
 * orders.
 *
 * @throws if the feeder fails, or nothing moves any more before all is settled.
 */
export async function watchFeed(options: {
  readonly feed: Feed;
  readonly store: PartitionStore;
  readonly orderStore: Pick<OrderStore, 'outboxLength'>;
  readonly offsets: OffsetReader;
  readonly partitions: number;
  readonly address: string;
  readonly signal: AbortSignal;
}): Promise<FeedEnd> {
  const { feed, store, orderStore, offsets, partitions, address, signal } = options;
  const display = createLiveDisplay(process.stderr);
  let firstAtMs: number | undefined;
  let lastMoveAtMs = performance.now();
  let before = 0;
  let lastPollMs = performance.now();
  for (;;) {
    signal.throwIfAborted();
    await delay(POLL_MS, undefined, { signal });
    const state = await readScorerState(store, offsets, partitions);
    const orders = await countWorkOrdersOverHttp(address);
    const nowMs = performance.now();
    const events = settledEvents(state);
    if (events > before) lastMoveAtMs = nowMs;
    if (events > 0) firstAtMs ??= lastPollMs;
    display.show(
      formatLiveLine({ state, orders, eventsPerSecond: ((events - before) * 1_000) / (nowMs - lastPollMs) }),
    );
    before = events;
    lastPollMs = nowMs;

    if (!feed.hasEnded()) continue;
    const fed = await feed.counts();
    const isPublished = state.outbox === 0 && (await orderStore.outboxLength()) === 0;
    if (state.lag === 0 && isPublished && orders >= state.counts.episodes) {
      display.end();
      const seconds = Math.max(lastMoveAtMs - (firstAtMs ?? lastMoveAtMs), 1) / 1_000;
      return { state, fed, eventsPerSecond: events / seconds };
    }
    if (nowMs - lastMoveAtMs > SETTLE_WITHIN_MS) {
      throw new Error(
        `nothing moves any more: ${state.lag} records are not committed, ${state.counts.episodes} episodes, ${orders} orders`,
      );
    }
  }
}

function settledEvents({ counts: { folded, duplicates, late, parked } }: ScorerState): number {
  return folded + duplicates + late + parked;
}
