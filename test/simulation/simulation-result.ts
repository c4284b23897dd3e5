import type { FaultTotals } from './faults.ts';
import type { Mutation } from './mutation.ts';

export interface SimulationResult {
  /** Undefined where every promise was kept. */
  readonly failure: string | undefined;
  /** How the run ended: everything was told, or it was rightly refused to go on. */
  readonly end: 'settled' | 'refused' | 'failed';
  readonly faults: FaultTotals;
  /** The same for the same seed. */
  readonly traceHash: string;
  readonly steps: number;
  /** What was compared. */
  readonly compared: {
    readonly records: number;
    readonly states: number;
    readonly alerts: number;
    readonly orders: number;
  };
}

export interface SimulationOptions {
  readonly mutation?: Mutation | undefined;
  /** Told each line of what happens. */
  readonly onLine?: (line: string) => void;
}
