import { hideCredentials } from '../telemetry/hide-credentials.ts';
import type { Logger } from '../telemetry/logger.ts';
import { EXIT_CONFIG } from '../config/config-or-exit.ts';
import { onStopSignal } from './on-stop-signal.ts';
import { StartRefusal } from './start-refusal.ts';

export interface ProcessLife {
  /** Aborts when the process is told to stop: whatever waits, ends. */
  readonly signal: AbortSignal;
  /** Registers what is to be closed at the end, which happens in the opposite order, one after the other. */
  readonly onClose: (close: () => Promise<unknown> | undefined) => void;
}

/** Ends the process in one line and with code 78, at its start or where something becomes unfit under it. */
export function exitByRefusal(log: Logger): (refusal: StartRefusal) => never {
  return ({ message, mistakes }) => {
    log.fatal({ mistakes: mistakes.map(hideCredentials) }, hideCredentials(message));
    process.exit(EXIT_CONFIG);
  };
}

/**
 * Runs a service: starts it, and ends it at SIGTERM or SIGINT, also while it still starts, within ten seconds and with
 * exit code 0. A StartRefusal ends it with code 78, anything else that `start` throws with code 1, each in one line.
 */
export function runProcess(log: Logger, start: (life: ProcessLife) => Promise<void>): void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const closers: (() => Promise<unknown> | undefined)[] = [];

  const started = start({
    signal,
    onClose(close) {
      closers.push(close);
    },
  }).catch((error: unknown) => {
    if (signal.aborted) return;
    if (error instanceof StartRefusal) exitByRefusal(log)(error);
    log.fatal({ error }, 'the start failed');
    process.exit(1);
  });

  onStopSignal(log, async () => {
    stopping.abort();
    await started;
    for (const close of closers.toReversed()) {
      await Promise.resolve(close()).catch((error: unknown) => {
        log.warn({ error: String(error) }, 'a part could not be closed; left as it is');
      });
    }
  });
}
