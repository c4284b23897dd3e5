/**
 * Runs one of the trainer's Python tools in its environment, where the person stands who called, so that relative paths
 * are theirs.
 *
 *     run-python.ts thresholds.py [arguments]
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { trainingEnvironment } from '../../deploy/local/prepare-python.mjs';
import { readSurroundings } from './config.ts';

const root = join(import.meta.dirname, '..', '..');
const [script = '', ...args] = process.argv.slice(2);
const { callerFolder } = readSurroundings();
const child = spawn(
  trainingEnvironment(root).python,
  // -B: no bytecode among the sources.
  ['-B', join(root, 'models', 'training', script), ...args],
  { cwd: callerFolder, stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
child.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
child.once('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 128 + constants.signals[signal]);
});
