import type { Logger } from '../telemetry/logger.ts';

/** An orchestrator kills after ten seconds or more: end before, so that the end is ours. */
const DEADLINE_MS = 8_500;

/**
 * Ends the process in order at SIGTERM or SIGINT, with exit code 0: it was asked to end and did. What cannot be closed
 * in time, because the other side does not answer, is told and left: nothing that was promised hangs on an orderly end.
 */
export function onStopSignal(log: Logger, close: () => Promise<void>): void {
  let stopping = false;
  function stop(signal: NodeJS.Signals): void {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.warn({ deadlineMs: DEADLINE_MS }, 'closing took too long; stopped without it');
      process.exit(0);
    }, DEADLINE_MS);
    close().then(
      () => {
        log.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        log.warn({ error: String(error) }, 'closing failed; stopped without it');
        process.exit(0);
      },
    );
  }
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
