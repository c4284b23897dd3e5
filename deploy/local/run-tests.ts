/**
 * Runs the tests on the pinned Node, with one Kafka and one Redis for all of them. Started by launch.mjs.
 *
 *   npm test                        all tests
 *   npm test -- test/core           those in a folder or file; flags of `node --test` may follow
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { availableParallelism, constants } from 'node:os';
import { join } from 'node:path';
import { createProgress } from './progress.mjs';
import { needsStack, selectTests } from './select-tests.mjs';
import { openStack, parseStackMode } from './stack.ts';
import type { Stack } from './stack.ts';
import { testStackEnvironment } from './test-stack-address.ts';

// The tests share one broker: more files at a time than this make each other slow, not the run fast.
const mostFilesAtATime = 4;
// Tests of faults wait half of their time, for servers to start and for what was killed to be missed.
const filesBesideCores = 1;
const fileWithinMs = 15 * 60_000;

const root = join(import.meta.dirname, '..', '..');
// Hundreds of processes load the same modules: each is stripped of its types and compiled by the first.
const compileCache = { NODE_COMPILE_CACHE: join(root, '.local', 'compile-cache') };

process.exitCode = await runTests(process.argv.slice(2));

async function runTests(args: string[]): Promise<number> {
  const { files, flags } = selectTests(root, args);
  if (files.length === 0) {
    process.stderr.write('no test files were found\n');
    return 1;
  }
  const stack = needsStack(root, files) ? await openTestStack() : undefined;
  try {
    const env = { ...compileCache, ...process.env, ...(stack === undefined ? {} : testStackEnvironment(stack)) };
    return await runNodeTests([...nodeFlags(flags), ...files], env);
  } finally {
    await stack?.close();
  }
}

async function openTestStack(): Promise<Stack> {
  const mode = parseStackMode(process.env['CHURN_STACK']);
  const progress = createProgress(process.stderr);
  const stack = await progress.step(`starting Kafka and Redis (${mode})`, () => openStack({ mode }));
  progress.note(`Kafka ${stack.versions.kafka} and Redis ${stack.versions.redis} are up`);
  return stack;
}

function nodeFlags(given: string[]): string[] {
  const isGiven = (name: string) => given.some((flag) => flag === name || flag.startsWith(`${name}=`));
  const counts = join(root, '.local', 'test-counts.json');
  mkdirSync(join(root, '.local'), { recursive: true });
  const reporters = isGiven('--test-reporter')
    ? []
    : [
        '--test-reporter=spec',
        '--test-reporter-destination=stdout',
        `--test-reporter=${join(import.meta.dirname, 'test-counts.mjs')}`,
        `--test-reporter-destination=${counts}`,
      ];
  const filesAtATime = Math.min(mostFilesAtATime, availableParallelism() + filesBesideCores);
  return [
    '--test',
    ...(isGiven('--test-concurrency') ? [] : [`--test-concurrency=${filesAtATime}`]),
    ...(isGiven('--test-timeout') ? [] : [`--test-timeout=${fileWithinMs}`]),
    ...reporters,
    ...given,
  ];
}

/** A stop signal goes on to the test files; the stack is closed when they have ended. */
function runNodeTests(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        child.kill(signal);
      });
    }
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve(code ?? (signal === null ? 1 : 128 + constants.signals[signal]));
    });
  });
}
