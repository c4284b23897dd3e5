import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Progress } from '../../deploy/local/progress.mjs';
import { keepProcess, logTail } from '../../deploy/local/keep-process.ts';

/** What the steps of one command share. */
export interface StepContext {
  readonly root: string;
  readonly logDirectory: string;
  readonly progress: Progress;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told to stop. */
  readonly signal: AbortSignal;
}

export interface Step {
  readonly title: string;
  /** Name of its log file, without ending. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the environment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Takes its standard output and gives what is left to say of it; unless told, all of it as text. */
  readonly consume?: (output: Readable) => Promise<string>;
}

const DETAIL_EVERY_MS = 1_000;

/** A step that failed, with what its log says last and where that is. */
export class StepError extends Error {
  override readonly name = 'StepError';
}

/**
 * Runs a child process as one step of the progress: what it writes to standard error goes to its log and, line by line, to
 * the progress.
 *
 * @returns what it wrote to standard output, or what became of that.
 * @throws StepError where it does not end with exit code 0, and what `consume` throws, when the process has been ended.
 */
export function runStep(step: Step, context: StepContext): Promise<string> {
  const { title, name, command, args, settings = {}, consume = text } = step;
  const { root, logDirectory, progress, environment, signal } = context;
  return progress.step(title, async (detail) => {
    signal.throwIfAborted();
    const logFile = join(logDirectory, `${name}.log`);
    rmSync(logFile, { force: true });
    const kept = await keepProcess({
      command,
      args: [...args],
      cwd: root,
      logFile,
      env: { ...environment, ...settings },
      pipeOutput: true,
    });
    const stop = (): void => {
      kept.signal('SIGKILL');
    };
    signal.addEventListener('abort', stop);
    const watch = setInterval(() => {
      detail(logTail(logFile, 1).trim());
    }, DETAIL_EVERY_MS);
    try {
      // Told to stop while the process was starting.
      signal.throwIfAborted();
      const output = kept.output === undefined ? '' : await consume(kept.output);
      const how = await kept.ended;
      signal.throwIfAborted();
      if (how === 'exit code 0') return output;
      throw new StepError(`${title} failed with ${how}:\n${logTail(logFile, 25)}\n${output}\nits log is ${logFile}`);
    } finally {
      clearInterval(watch);
      signal.removeEventListener('abort', stop);
      // Whoever took its output has failed: what nobody reads any more must not run on.
      if (!kept.hasEnded()) stop();
      await kept.ended;
    }
  });
}
