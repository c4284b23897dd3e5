/**
 * The scorer's batch sizes. The limit of a commit is handed to the scorers; the others are as they stand in
 * services/scorer/run-scorer.ts, for the rungs that take its place, and printed with the figures.
 */
export const SCORER_NUMBERS = {
  maxBytesPerPartition: 1_048_576,
  partitionsAtOnce: 4,
  sliceRecords: 8_000,
  commitLimit: 2_500,
  knownStates: 30_000,
} as const;
