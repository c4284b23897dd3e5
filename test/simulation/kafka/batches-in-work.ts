/** Which partitions have a batch in work. */
export interface BatchesInWork {
  has(partition: number): boolean;
  count(): number;
  /** Resolves when another batch may begin; it has begun then. */
  begin(partition: number): Promise<void>;
  end(partition: number): void;
  whenIdle(): Promise<void>;
}

/** @param atOnce batches in work at most, those of earlier generations included. */
export function createBatchesInWork(atOnce: number): BatchesInWork {
  const partitions = new Map<number, number>();
  let total = 0;
  let waiting: (() => void)[] = [];

  function wake(): void {
    const due = waiting;
    waiting = [];
    for (const resolve of due) resolve();
  }

  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    }
  }

  return {
    has: (partition) => (partitions.get(partition) ?? 0) > 0,
    count: () => total,
    async begin(partition) {
      await until(() => total < atOnce);
      partitions.set(partition, (partitions.get(partition) ?? 0) + 1);
      total++;
    },
    end(partition) {
      partitions.set(partition, (partitions.get(partition) ?? 0) - 1);
      total--;
      wake();
    },
    whenIdle: () => until(() => total === 0),
  };
}
