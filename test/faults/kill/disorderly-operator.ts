import { createPseudonymizer } from '../../../services/platform/crypto/pseudonym.ts';
import { createSimulation } from '../../../services/simulator/simulation.ts';
import type { Simulation } from '../../../services/simulator/simulation.ts';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { sharesTimes } from '../../simulator/small-simulation.ts';
import { disorderly } from '../../support/disorderly-log.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const TIME_ZONE = 'Asia/Shanghai';

export interface DisorderlyOperator {
  readonly simulation: Simulation;
  /** After the last event and the last score. */
  readonly endMs: number;
  /** The log as it is delivered: a fifth of the events late and out of order, 5 % a second time. The same at each call. */
  readonly log: () => Iterable<LogRecord>;
  /** Subscriber events as delivered, second deliveries among them, and all records with the marks. */
  readonly size: { readonly events: number; readonly records: number };
}

/** A simulated operator of whose subscribers many leave. */
export function disorderlyOperator(options: {
  readonly seed: number;
  readonly subscribers: number;
  readonly days: number;
}): DisorderlyOperator {
  const simulation = createSimulation({
    ...options,
    startMs: Date.parse('2025-01-06T00:00:00+08:00'),
    utcOffsetMinutes: 480,
    markIntervalMs: 3 * HOUR_MS,
    mechanismShares: sharesTimes(3),
    pseudonymOf: createPseudonymizer({ keyId: 'test', secret: 'a secret of the tests only' }),
  });
  const disorder = {
    seed: options.seed + 1,
    shuffledShare: 0.2,
    withinMs: 7 * DAY_MS - HOUR_MS,
    duplicateShare: 0.05,
  };
  const log = (): Iterable<LogRecord> => disorderly(simulation.records(), disorder, () => undefined);
  const size = { events: 0, records: 0 };
  for (const record of log()) {
    size.records += 1;
    if (!isPartitionMark(record)) size.events += 1;
  }
  return { simulation, endMs: simulation.endMs + 3 * HOUR_MS, log, size };
}
