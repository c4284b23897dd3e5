import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { KeptProcess } from '../../../../deploy/local/keep-process.ts';
import { until } from '../../../support/until.ts';
import { CLOCK_VARIABLES } from './config.ts';

const PRELOAD = pathToFileURL(join(import.meta.dirname, 'preload.ts')).href;

/** A clock that services follow which are started with its settings. */
export interface WrongClock {
  readonly settings: Readonly<Record<string, string>>;
  /** Sets it, and waits until all of the processes go by it. @returns how many took the jump. */
  shiftTo(shiftMs: number, processes: readonly KeptProcess[]): Promise<number>;
}

/** @param name of a file in the directory; the clock is right at first. */
export function openWrongClock(directory: string, name: string, shiftMs = 0): WrongClock {
  const file = join(directory, `${name}.shift`);
  const write = (text: string): void => {
    writeFileSync(`${file}.tmp`, text);
    renameSync(`${file}.tmp`, file);
  };
  write(String(shiftMs));
  return {
    settings: { NODE_OPTIONS: `--import=${PRELOAD}`, [CLOCK_VARIABLES.shiftFile]: file },
    async shiftTo(wantedMs, processes) {
      write(String(wantedMs));
      for (const { pid } of processes) {
        const told = `${file}.${pid}`;
        await until(`process ${pid} goes by the clock that was set`, () =>
          Promise.resolve(existsSync(told) && readFileSync(told, 'utf8') === String(wantedMs)),
        );
      }
      return processes.length;
    },
  };
}
