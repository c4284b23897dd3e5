import { spawn } from 'node:child_process';

/**
 * @typedef {object} CommandResult
 * @property {number} code the exit code; 127 if there is no such command, 124 after the timeout, 128 + n after signal n
 * @property {string} output the last lines of stdout and stderr together
 *
 * @typedef {object} CommandOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [timeoutMs]
 * @property {(line: string, end: () => void) => void} [onLine] called for each line as it comes; `end` asks the command to
 *   end (SIGTERM)
 */
const keptLines = 200;
const exitCodes = { notFound: 127, timedOut: 124, signalled: 128 };

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Runs a command to its end without a terminal. Never throws: what went wrong is in the result.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<CommandResult>}
 */
export function runCommand(command, args, options = {}) {
  const { cwd, env, timeoutMs, onLine } = options;
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const end = () => {
      child.kill('SIGTERM');
    };
    running.add(child);
    /** @type {string[]} */
    const lines = [];
    let timedOut = false;
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill('SIGKILL');
          }, timeoutMs);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      let rest = '';
      stream.on('data', (/** @type {string} */ text) => {
        const parts = (rest + text).split(/\r?\n/);
        rest = parts.pop() ?? '';
        for (const line of parts) {
          lines.push(line);
          if (lines.length > keptLines) lines.shift();
          onLine?.(line, end);
        }
      });
      stream.on('end', () => {
        if (rest !== '') lines.push(rest);
      });
    }
    /** @param {number} code */
    const finish = (code) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code: timedOut ? exitCodes.timedOut : code, output: lines.join('\n').trim() });
    };
    child.on('error', (error) => {
      lines.push(error.message);
      finish(exitCodes.notFound);
    });
    child.on('close', (code) => {
      finish(code ?? exitCodes.signalled);
    });
  });
}

/** @param {CommandResult} result */
export function succeeded(result) {
  return result.code === 0;
}

/** Ends the commands that are under way, for a launcher that is told to stop. */
export function stopRunningCommands() {
  for (const child of running) child.kill('SIGTERM');
}
