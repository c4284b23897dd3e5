import { PositionLostError } from '../../../services/platform/kafka/positioned-batches.ts';
import { LostEventsError } from '../../../services/scorer/hold-partitions.ts';
import type { SimulatedLog } from '../kafka/simulated-log.ts';
import type { SimulatedServer } from '../redis/simulated-server.ts';
import { TOPICS } from '../settings.ts';
import { readPosition } from './read-position.ts';

/** Knows which logs have lost what was to be read next, and holds readers to refuse those and no others. */
export interface RefusalCheck {
  /** A log lost its beginning, or Redis its last writes. */
  readonly onLoss: () => void;
  /** A reader of a log refuses to go on, for good. */
  onRefused(reader: string, log: SimulatedLog, error: unknown): void;
  /** Whether records were ever gone that were to be read next. */
  readonly isCut: (log: SimulatedLog) => boolean;
  /** Whether that was told: nobody reads on, until somebody mends it. */
  isRefused(log: SimulatedLog): boolean;
  /**
   * Whether a reader waits that will refuse: without news it cannot tell that what it was to read next is gone. It is told
   * with the next record of that partition, and nothing after it is read before.
   */
  isGone(log: SimulatedLog): boolean;
}

export function createRefusalCheck(deps: {
  readonly server: SimulatedServer;
  readonly logs: readonly SimulatedLog[];
  readonly onBroken: (invariant: string) => void;
}): RefusalCheck {
  const { server, logs, onBroken } = deps;
  const cut = new Set<SimulatedLog>();
  const refused = new Set<SimulatedLog>();

  function hasLost(log: SimulatedLog): boolean {
    const { lowOffset } = log.bounds();
    return (readPosition(server, log) ?? lowOffset) < lowOffset;
  }

  return {
    onLoss() {
      for (const log of logs) if (hasLost(log)) cut.add(log);
    },
    onRefused(reader, log, error) {
      const what = `${reader} refuses to go on in ${log.topic}/${log.partition}`;
      const isItsOwn = error instanceof (log.topic === TOPICS.input ? LostEventsError : PositionLostError);
      if (!cut.has(log)) onBroken(`refusal: ${what} without a cause: ${String(error)}`);
      else if (!isItsOwn) onBroken(`refusal: ${what}, but not for what is lost: ${String(error)}`);
      refused.add(log);
    },
    isCut: (log) => cut.has(log),
    isRefused: (log) => refused.has(log),
    isGone(log) {
      const last = log.records.at(-1);
      return hasLost(log) && (last === undefined || last.offset < log.bounds().lowOffset);
    },
  };
}
