import { setTimeout as delay } from 'node:timers/promises';
import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import type { Installation } from '../../support/installation.ts';
import { sendRecords } from '../../support/installation-log.ts';
import { take } from './lives-with-silences.ts';

const TICK_MS = 50;
/** At once, when the machine was too busy to send in time. */
const LARGEST_PIECE = 4_000;

/** Traffic that goes on whatever happens to those who read it. */
export interface SteadyLoad {
  /** Records sent so far; a mark counts once. */
  sent(): number;
  /** Resolves when what was begun is in the log. @throws what sending threw. */
  stop(): Promise<void>;
}

/** Sends a log at a steady rate until stopped, or the signal aborts. */
export function startSteadyLoad(
  shop: Installation,
  log: Iterator<LogRecord>,
  options: { readonly recordsPerSecond: number; readonly signal: AbortSignal },
): SteadyLoad {
  const { recordsPerSecond, signal } = options;
  const stopped = new AbortController();
  const isOver = (): boolean => signal.aborted || stopped.signal.aborted;
  let sent = 0;
  async function send(): Promise<void> {
    const startedAtMs = performance.now();
    while (!isOver()) {
      const due = Math.floor(((performance.now() - startedAtMs) * recordsPerSecond) / 1_000) - sent;
      const piece = take(log, Math.min(due, LARGEST_PIECE));
      if (piece.length > 0) await sendRecords(shop, piece);
      sent += piece.length;
      await delay(TICK_MS);
    }
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
