/** Exit code of a command that was told to stop before its end. */
export const EXIT_INTERRUPTED = 130;

/** Aborts when the process is told to stop: what it started is ended in order then. */
export function interruption(): AbortSignal {
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      stopped.abort();
    });
  }
  return stopped.signal;
}
