import { toLines, emptyFlawCounts } from './to-lines.ts';
import type { LogRecord } from '../core/events/subscriber-event.ts';
import { disturb, emptyDisorderCounts } from './disorder/disturb.ts';
import type { DisorderOptions } from './disorder/disturb.ts';
import { writeLines } from './write-lines.ts';

/**
 * Puts a clean stream out of order and writes it to standard output, a record per line, until it ends or the process is
 * told to stop. Ends with one line of JSON on standard error: lines of events, malformed ones included, what became
 * of them, and what the caller has to add.
 */
export async function deliver(
  records: Iterable<LogRecord>,
  options: { readonly seed: number; readonly malformedShare: number; readonly disorder: DisorderOptions },
  ownCounts: () => Readonly<Record<string, unknown>>,
): Promise<void> {
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      stopped.abort();
    });
  }
  const disorder = emptyDisorderCounts();
  const flaws = emptyFlawCounts();
  const startedAtMs = Date.now();
  const lines = toLines(disturb(records, options.disorder, disorder), options, flaws);
  const complete = await writeLines(lines, process.stdout, stopped.signal);
  const seconds = (Date.now() - startedAtMs) / 1_000;
  const malformed = Object.values(flaws).reduce((sum, count) => sum + count, 0);
  const events = disorder.events + disorder.duplicates + malformed;
  process.stderr.write(`${JSON.stringify({ events, disorder, flaws, ...ownCounts(), seconds, complete })}\n`);
}
