/**
 * The first command after a clone: `npm start`, `npm test`, `npm run replay`, `npm run bench`, `npm run faults` and the
 * `npm run model:…` that need more than Node begin here, on whichever Node is there (20 or newer) and before any npm package is. It fetches
 * what is missing, then hands over to the pinned Node.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brokerIsReady, classArchive, readNativeParts } from './native-parts.mjs';
import { chooseNode, packagesAreInstalled, preparePackages } from './prepare-packages.mjs';
import { prepareStack } from './prepare-stack.mjs';
import { withPreparationLock } from './preparation-lock.mjs';
import { findTrainingPython, preparePython } from './prepare-python.mjs';
import { createProgress } from './progress.mjs';
import { stopRunningCommands } from './run-command.mjs';
import { needsPython, needsStack, selectTests } from './select-tests.mjs';
import { endProcessCommand, whenParentDies } from './when-parent-dies.mjs';

const oldestNode = 20;
/**
 * @typedef {object} Command
 * @property {string[]} run a script and its first arguments; none where the preparation is all
 * @property {boolean | 'native'} [stack] needs Kafka and Redis; `native` where they have to be processes, to be killed
 * @property {boolean} [python] needs the trainer's Python environment; tests that miss it say so and are passed over
 * @property {string} [options] what tells mistakes in its options, before minutes go into the rest of the preparation
 * @property {string} [usage] what answers --help where no package is installed
 */
/** @type {ReadonlyMap<string, Command>} */
const commands = new Map([
  ['start', { run: ['deploy/local/start.ts'], stack: true }],
  ['replay', { run: ['deploy/local/replay.ts'], stack: true }],
  ['test', { run: ['deploy/local/run-tests.ts'], stack: true, python: true }],
  ['bench', { run: ['test/bench/run-bench.ts'], stack: true }],
  [
    'faults',
    {
      run: ['test/faults/run-faults.ts'],
      stack: 'native',
      options: 'test/faults/command/check-options.ts',
      usage: 'test/faults/command/tell-usage.mjs',
    },
  ],
  ['model:setup', { run: [], python: true }],
  [
    'model:evaluate',
    {
      run: ['models/pipeline/evaluate-model.ts'],
      stack: true,
      python: true,
      options: 'models/pipeline/check-options.ts',
    },
  ],
  [
    'model:train',
    {
      run: ['models/pipeline/train-model.ts'],
      stack: true,
      python: true,
      options: 'models/pipeline/check-options.ts',
    },
  ],
  ['model:thresholds', { run: ['models/pipeline/run-python.ts', 'thresholds.py'], python: true }],
  ['model:markets', { run: ['models/pipeline/run-python.ts', 'markets.py'], python: true }],
]);
// npm passes on a Ctrl-C that the terminal has already sent: within this time two are one.
const sameSignalWithinMs = 500;
// What a script that checks options ends with where help was asked for and given.
const helpGiven = 3;
const orphanCheckMs = 500;
const stopSignals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const progress = createProgress(process.stderr);

process.exitCode = await launch(process.argv.slice(2));

/**
 * @param {string[]} argv
 * @returns {Promise<number>} the exit code
 */
async function launch([name = '', ...args]) {
  const command = commands.get(name);
  if (command === undefined) return fail(`usage: launch.mjs ${[...commands.keys()].join('|')} [arguments]`);
  if (Number.parseInt(process.versions.node, 10) < oldestNode) {
    return fail(`Node ${oldestNode} or newer is needed to begin with; this is ${process.versions.node}.`);
  }
  const { run, stack = false, python = false, options, usage } = command;
  if (usage !== undefined && args.includes('--help') && !packagesAreInstalled(root)) {
    return spawnSync(process.execPath, [join(root, usage)], { stdio: 'inherit' }).status ?? 1;
  }
  const tests = name === 'test' ? selectTests(root, args).files : undefined;
  const needs = {
    stack: stack !== false && (tests === undefined || needsStack(root, tests)),
    native: stack === 'native',
    python: python && (tests === undefined || needsPython(tests)),
    onlyTests: tests !== undefined,
  };

  const endPreparation = onStopSignals((signal) => {
    stopRunningCommands();
    process.exit(128 + constants.signals[signal]);
  });
  const prepared = await prepare(needs, options === undefined ? [] : [join(root, options), name, ...args]);
  endPreparation();
  if (!prepared.ok) return 'exitCode' in prepared ? prepared.exitCode : fail(prepared.message);

  const [script, ...first] = run;
  if (script === undefined) return 0;
  const env = { ...process.env, CHURN_STACK: prepared.mode };
  return handOver(prepared.node, [join(root, script), ...first, ...args], env);
}

/**
 * @param {{ stack: boolean, native: boolean, python: boolean, onlyTests: boolean }} needs
 * @param {string[]} optionCheck a script and its arguments, run as soon as Node is there; none where nothing is to be checked
 * @returns {Promise<{ ok: true, node: string, mode: string } | { ok: false, message: string } | { ok: false, exitCode: number }>}
 */
async function prepare(needs, optionCheck) {
  const work = async () => {
    const packages = await preparePackages(root, progress);
    if (!packages.ok) return packages;
    const node = chooseNode(root);
    if (!node.ok) return node;
    if (!node.pinned) progress.note(`the pinned Node cannot run here: going on with Node ${process.versions.node}`);
    if (optionCheck.length > 0 && !nothingIsMissing(needs)) {
      const { status } = spawnSync(node.path, optionCheck, { stdio: 'inherit' });
      if (status !== 0) return { ok: /** @type {const} */ (false), exitCode: status === helpGiven ? 0 : (status ?? 1) };
    }
    if (needs.python) {
      const python = await preparePython(root, progress);
      if (!python.ok && !needs.onlyTests) return python;
      if (!python.ok) progress.note(python.message);
    }
    if (!needs.stack) return { ok: /** @type {const} */ (true), node: node.path, mode: '' };
    const env = needs.native ? { ...process.env, CHURN_STACK: 'native' } : process.env;
    const stack = await prepareStack(root, progress, env);
    return stack.ok ? { ok: /** @type {const} */ (true), node: node.path, mode: stack.mode } : stack;
  };
  return nothingIsMissing(needs) ? work() : withPreparationLock(join(root, '.local', 'preparing'), progress.note, work);
}

/**
 * Whether the lock can be spared: only who installs something needs it.
 *
 * @param {{ stack: boolean, python: boolean }} needs
 */
function nothingIsMissing(needs) {
  const parts = readNativeParts(root);
  return (
    packagesAreInstalled(root) &&
    (!needs.stack || (brokerIsReady(root) && parts !== undefined && existsSync(classArchive(parts)))) &&
    (!needs.python || findTrainingPython(root) !== undefined)
  );
}

/**
 * Runs the command in a process group of its own, so that a Ctrl-C reaches it once, from here, and not from the
 * terminal, npm and here. If this process is killed, the command is told to stop.
 *
 * @param {string} node
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
function handOver(node, args, env) {
  return new Promise((resolve) => {
    const child = spawn(node, args, { cwd: root, env, stdio: 'inherit', detached: true });
    const release = child.pid === undefined ? () => undefined : whenParentDies(endProcessCommand(child.pid));
    let lastMs = -Infinity;
    const endForwarding = onStopSignals((signal) => {
      const nowMs = performance.now();
      if (nowMs - lastMs >= sameSignalWithinMs) child.kill(signal);
      lastMs = nowMs;
    });
    child.on('error', (error) => {
      release();
      resolve(fail(`${node} cannot be run: ${error.message}`));
    });
    child.on('exit', (code, signal) => {
      endForwarding();
      release();
      resolve(code ?? (signal === null ? 1 : 128 + constants.signals[signal]));
    });
  });
}

/**
 * Listens for being told to stop. npm passes SIGTERM on to the shell between it and this process, which dies of it without
 * a word to us: there, losing the parent is the signal.
 *
 * @param {(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') => void} act
 * @returns {() => void} stops listening
 */
function onStopSignals(act) {
  for (const signal of stopSignals) process.on(signal, act);
  const parent = process.ppid;
  const startedByNpm = process.env['npm_lifecycle_event'] !== undefined;
  const orphanWatch = setInterval(() => {
    if (!startedByNpm || process.ppid === parent) return;
    clearInterval(orphanWatch);
    act('SIGTERM');
  }, orphanCheckMs);
  return () => {
    clearInterval(orphanWatch);
    for (const signal of stopSignals) process.off(signal, act);
  };
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`\n${message}\n`);
  return 1;
}
