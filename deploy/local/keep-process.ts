import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { whenParentDies } from './when-parent-dies.mjs';

/** A server process that does not outlive this one, whatever ends this one. */
export type KeptProcess = {
  readonly pid: number;
  /** Settles when the process has ended, with how it ended: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  readonly hasEnded: () => boolean;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Standard output, where it was asked for. */
  readonly output: Readable | undefined;
};

export type ProcessCommand = {
  command: string;
  args: string[];
  cwd: string;
  logFile: string;
  /** Environment; this process's own unless told. */
  env?: NodeJS.ProcessEnv;
  /** Standard output of another process: becomes this one's input, and is read by nobody else. */
  input?: Readable | undefined;
  /** Standard output goes to whom it is handed to, instead of the log. */
  pipeOutput?: boolean;
};

/**
 * Starts a server in a process group of its own: a Ctrl-C in the terminal must not stop it before its clients have
 * finished with it. Its output is appended to `logFile`.
 */
export async function keepProcess(wanted: ProcessCommand): Promise<KeptProcess> {
  const { command, args, cwd, logFile, env, input, pipeOutput = false } = wanted;
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, {
    cwd,
    detached: true,
    stdio: [input ?? 'ignore', pipeOutput ? 'pipe' : log, log],
    ...(env === undefined ? {} : { env }),
  });
  closeSync(log);
  // The new process has its own hold of it; with this one's, it would never come to an end.
  input?.destroy();
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} has no process id`);
  const release = whenParentDies(['/bin/sh', '-c', `kill -9 ${pid}`]);
  let running = true;
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      running = false;
      release();
      resolve(signal ?? `exit code ${code ?? 'unknown'}`);
    });
  });
  return {
    pid,
    ended,
    hasEnded: () => !running,
    output: child.stdout ?? undefined,
    signal(name) {
      if (running) process.kill(pid, name);
    },
  };
}

/** The last lines of a log file, for an error message. */
export function logTail(path: string, lines = 12): string {
  if (!existsSync(path)) return '(no log)';
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}
