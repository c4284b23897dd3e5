import type { RowBatch } from './row-batch.ts';

/** One batch is on its way while the next is being made; more are never held. */
export interface BatchLine<Position> {
  /** Waits for the batch before, then starts with this one. Rejects when the batch before could not be delivered. */
  submit(batch: RowBatch, position: Position): Promise<void>;
  /** Waits until nothing is on its way. */
  drain(): Promise<void>;
}

/** @param deliver resolves when the broker holds the batch and its position is kept. */
export function createBatchLine<Position>(
  deliver: (batch: RowBatch, position: Position) => Promise<void>,
): BatchLine<Position> {
  let underWay: Promise<void> = Promise.resolve();
  return {
    async submit(batch, position) {
      await underWay;
      underWay = deliver(batch, position);
      // Whoever waits next meets a failure; until then it must not count as unhandled.
      underWay.catch(() => undefined);
    },
    drain: () => underWay,
  };
}
