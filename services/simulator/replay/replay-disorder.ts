import type { DisorderOptions } from '../disorder/disturb.ts';

const HOUR_MS = 3_600_000;

/** Disorder as a feed that keeps its promises may have it: duplicates within two days, shuffling within half an hour. */
export function replayDisorder(config: {
  readonly seed: number;
  readonly duplicateShare: number;
  readonly shuffledShare: number;
}): DisorderOptions {
  const { seed, duplicateShare, shuffledShare } = config;
  return {
    seed,
    duplicateShare,
    duplicateUpToMs: 47 * HOUR_MS,
    shuffledShare,
    shuffledWithinMs: HOUR_MS / 2,
    lateShare: 0,
    lateUpToMs: 0,
    beyondLimitShare: 0,
    latenessLimitMs: 7 * 24 * HOUR_MS,
    endMs: Infinity,
  };
}
