/** How long a partition whose records cannot be worked on waits, and when it has failed for too long. */
export interface FailurePolicy {
  /**
   * Whether an error is the trouble of a part that all partitions need. Such a one is waited out, however long it
   * takes: ending the process would help nobody.
   */
  isOutage(error: unknown): boolean;
  /** Time of failing after which the process must not go on: perhaps another one, elsewhere, can. */
  readonly giveUpAfterMs: number;
}

export interface FailingPartition {
  readonly partition: number;
  readonly sinceMs: number;
  readonly attempts: number;
}

export type Failure =
  /** Nothing is wrong with the partition. */
  | { readonly type: 'outage'; readonly waitMs: number }
  | ({ readonly type: 'retry' | 'give-up'; readonly waitMs: number } & FailingPartition);

export interface PartitionFailures {
  failed(partition: number, error: unknown): Failure;
  /** Its records were worked on. @returns whether it had been failing. */
  succeeded(partition: number): boolean;
  /** Only these are this member's now; a partition that stays goes on failing since when it did. */
  keepOnly(partitions: readonly number[]): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** Not longer: the first try after an outage is what ends it. */
const OUTAGE_WAIT_MS = 1_000;

/** Counts how long each partition has been failing: 0.5 s to the second try, then twice as long each time, up to 30 s. */
export function createPartitionFailures(policy: FailurePolicy, now: () => number): PartitionFailures {
  const failing = new Map<number, FailingPartition>();
  return {
    failed(partition, error) {
      if (policy.isOutage(error)) return { type: 'outage', waitMs: OUTAGE_WAIT_MS };
      const before = failing.get(partition);
      const current = { partition, sinceMs: before?.sinceMs ?? now(), attempts: (before?.attempts ?? 0) + 1 };
      failing.set(partition, current);
      const type = now() - current.sinceMs >= policy.giveUpAfterMs ? 'give-up' : 'retry';
      return { type, waitMs: Math.min(FIRST_WAIT_MS * 2 ** (current.attempts - 1), LONGEST_WAIT_MS), ...current };
    },
    succeeded: (partition) => failing.delete(partition),
    keepOnly(partitions) {
      for (const partition of failing.keys()) if (!partitions.includes(partition)) failing.delete(partition);
    },
  };
}
