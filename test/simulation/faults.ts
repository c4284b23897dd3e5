/** What can go wrong, each counted where it takes effect. */
export const FAULT_KINDS = [
  'redis reply lost',
  'redis command never applied',
  'redis command applied after its error',
  'redis command repeated',
  'redis pipeline cut short',
  'redis time-out',
  'redis tail lost',
  'redis restart',
  'kafka acknowledgement lost',
  'kafka write refused',
  'kafka write partial',
  'kafka write repeated',
  'kafka write after its error',
  'kafka request failed',
  'dead letters refused',
  'crash',
  'stop and restart',
  'rebalance',
  'session lost',
  'two owners at once',
  'commit refused',
  'records after a hole in the log',
  'log trimmed',
  'offset out of range',
  'clock jump',
  'slow call',
  'slow turn',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export type FaultTotals = Readonly<Record<FaultKind, number>>;

export interface FaultCounts {
  count(kind: FaultKind): void;
  totals(): FaultTotals;
}

export function createFaultCounts(): FaultCounts {
  const counts = noFaults();
  return {
    count(kind) {
      counts[kind]++;
    },
    totals: () => counts,
  };
}

export function noFaults(): Record<FaultKind, number> {
  const counts: Partial<Record<FaultKind, number>> = {};
  for (const kind of FAULT_KINDS) counts[kind] = 0;
  return counts as Record<FaultKind, number>;
}
