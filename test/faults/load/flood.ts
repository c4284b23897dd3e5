import { setTimeout as delay } from 'node:timers/promises';
import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import type { Installation } from '../../support/installation.ts';
import { sendRecords } from '../../support/installation-log.ts';
import { take } from '../membership/lives-with-silences.ts';

const TICK_MS = 10;
const LARGEST_PIECE = 8_000;

export interface Flood {
  /** Records that the broker holds so far; a mark counts once. */
  sent(): number;
  /** Resolves when what was begun is in the log. @throws what sending threw. */
  stop(): Promise<void>;
}

/**
 * Sends a log at a rate that is more than its readers can work off: the next piece is made while the last is under way, so
 * that the source is slower than it was told only where it has not the processor time.
 */
export function startFlood(
  shop: Installation,
  log: Iterator<LogRecord>,
  { recordsPerSecond, signal }: { readonly recordsPerSecond: number; readonly signal: AbortSignal },
): Flood {
  const stopped = new AbortController();
  const isOver = (): boolean => signal.aborted || stopped.signal.aborted;
  let [begun, sent] = [0, 0];
  async function send(): Promise<void> {
    const startedAtMs = performance.now();
    let underWay = Promise.resolve();
    while (!isOver()) {
      const due = Math.floor(((performance.now() - startedAtMs) * recordsPerSecond) / 1_000) - begun;
      const piece = take(log, Math.min(due, LARGEST_PIECE));
      begun += piece.length;
      await underWay;
      if (piece.length > 0) {
        underWay = sendRecords(shop, piece).then(() => {
          sent += piece.length;
        });
        underWay.catch(() => undefined);
      }
      if (piece.length < LARGEST_PIECE) await delay(TICK_MS);
    }
    await underWay;
  }
  const sending = send();
  // Whoever stops it is told.
  sending.catch(() => undefined);
  return {
    sent: () => sent,
    async stop() {
      stopped.abort();
      await sending;
    },
  };
}
