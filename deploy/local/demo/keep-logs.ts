import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const kept = join(import.meta.dirname, '..', '..', '..', '.local', 'failed-runs');
const KEPT_RUNS = 5;

/** Copies the logs of a run that failed to where no later run removes them, for the last few. @returns a line for people. */
export function keepLogs(logDirectory: string): string {
  if (!existsSync(logDirectory)) return 'there are no logs: nothing had been started yet';
  mkdirSync(kept, { recursive: true });
  for (const old of readdirSync(kept)
    .toSorted()
    .slice(0, 1 - KEPT_RUNS)) {
    rmSync(join(kept, old), { recursive: true, force: true });
  }
  const target = join(kept, `${new Date().toISOString().replaceAll(':', '.')}-${process.pid}`);
  cpSync(logDirectory, target, { recursive: true });
  return `the logs of this run are kept in ${target}`;
}
