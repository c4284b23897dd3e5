import { join } from 'node:path';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { startChild } from '../../bench/harness/child.ts';

const Scoring = Type.Object({ type: Type.Literal('scoring'), pid: Type.Number() });
const Scored = Type.Object({
  type: Type.Literal('scored'),
  swaps: Type.Number(),
  /** Vectors. */
  scored: Type.Number(),
  /** Batches whose scores were others than before the first swap. */
  differing: Type.Number(),
});
export type Scored = Static<typeof Scored>;

export interface Swapper {
  readonly pid: number;
  /** Neither scores nor swaps until told to go on. */
  rest(): void;
  goOn(): void;
  stop(): Promise<Scored>;
}

/**
 * A process that scores all the time with the service's own adapter, and swaps its model for one opened anew.
 *
 * @param options.warmUpSwaps made at once, before the process says that it scores; not counted.
 */
export async function startSwapping(
  options: { readonly directory: string; readonly swapEveryMs: number; readonly warmUpSwaps: number },
  signal: AbortSignal,
): Promise<Swapper> {
  const child = startChild(join(import.meta.dirname, 'swap-models.process.ts'), options, signal);
  const { pid } = await child.next(Scoring);
  return {
    pid,
    rest() {
      child.tell({ type: 'rest' });
    },
    goOn() {
      child.tell({ type: 'go on' });
    },
    async stop() {
      child.tell({ type: 'stop' });
      try {
        return await child.next(Scored);
      } finally {
        child.end();
      }
    },
  };
}
