import type { FaultTotals } from './faults.ts';
import type { Mutation } from './mutation.ts';

export interface SimulationResult {
  /** Undefined where every promise was kept. */
  readonly failure: string | undefined;
  /** The promise that a check found broken; undefined also where a run threw or never came to its end. */
  readonly broken: string | undefined;
  /** How the run ended: everything was told, or, where events were gone that were to be read, all but their partitions. */
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

/** Whether a run failed as `until` says; without it, in whatever way. */
export function isSought({ failure, broken }: SimulationResult, until: RegExp | undefined): boolean {
  return until === undefined ? failure !== undefined : broken !== undefined && until.test(broken);
}
