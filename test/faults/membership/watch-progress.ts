import { setTimeout as delay } from 'node:timers/promises';
import type { Installation } from '../../support/installation.ts';
import { placesOf } from './places-of.ts';

const SAMPLE_MS = 50;

export interface ProgressWatch {
  /** Ends the watch. @returns by partition, the longest time in milliseconds in which nothing of its lag was committed. */
  stop(): Promise<readonly number[]>;
}

interface Sample {
  readonly next: bigint;
  /** When it was last seen to go on, or to have nothing to do. */
  readonly atMs: number;
}

/** Samples where each partition stands; a pause is a time without progress of a partition that has records to read. */
export function watchProgress(shop: Installation): ProgressWatch {
  const stopped = new AbortController();
  const longest = Array.from({ length: shop.partitions }, () => 0);
  const last: Sample[] = [];

  async function sample(): Promise<void> {
    const places = await placesOf(shop);
    const nowMs = performance.now();
    places.forEach(({ next, lag }, partition) => {
      const before = last[partition];
      if (before === undefined || before.next !== next || lag === 0n) last[partition] = { next, atMs: nowMs };
      else longest[partition] = Math.max(longest[partition] ?? 0, nowMs - before.atMs);
    });
  }

  const watching = (async () => {
    while (!stopped.signal.aborted) {
      await sample();
      await delay(SAMPLE_MS);
    }
  })();
  // Whoever ends the watch is told.
  watching.catch(() => undefined);
  return {
    async stop() {
      stopped.abort();
      await watching;
      return longest;
    },
  };
}
