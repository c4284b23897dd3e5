import type { Logger } from '../telemetry/logger.ts';

/** An orchestrator kills after ten seconds or more: end before, so that the end is ours. */
const DEADLINE_MS = 9_000;

/** Ends the process in order at SIGTERM or SIGINT: exit code 0, or 1 where closing failed or took too long. */
export function onStopSignal(log: Logger, close: () => Promise<void>): void {
  let stopping = false;
  function stop(signal: NodeJS.Signals): void {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    const deadline = setTimeout(() => {
      log.error({ deadlineMs: DEADLINE_MS }, 'closing took too long');
      process.exit(1);
    }, DEADLINE_MS);
    close().then(
      () => {
        clearTimeout(deadline);
        log.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        log.error({ error: String(error) }, 'closing failed');
        process.exit(1);
      },
    );
  }
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
