import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installAptPackages, lastLines } from './apt-packages.mjs';
import { onPath } from './native-parts.mjs';
import { runCommand, succeeded } from './run-command.mjs';

/**
 * @typedef {import('./progress.mjs').Progress} Progress
 * @typedef {{ ok: true } | { ok: false, message: string }} Prepared
 */

/** What the pinned packages of the trainer need. */
const oldestPython = { major: 3, minor: 11 };
const probe = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';

/**
 * Where the trainer's Python environment is: its packages, and nothing of the system's.
 *
 * @param {string} root
 */
export function trainingEnvironment(root) {
  const folder = join(root, '.local', 'training', 'venv');
  return {
    folder,
    python: join(folder, 'bin', 'python'),
    requirements: join(root, 'models', 'training', 'requirements.txt'),
    // Written last: while it is missing or differs, the environment is not ready.
    stamp: join(folder, 'requirements.txt'),
  };
}

/**
 * The Python of the trainer's environment, if that has what the requirements say.
 *
 * @param {string} root
 * @returns {string | undefined} its path
 */
export function findTrainingPython(root) {
  const { python, requirements, stamp } = trainingEnvironment(root);
  if (!existsSync(python) || !existsSync(stamp)) return undefined;
  return readFileSync(stamp, 'utf8') === readFileSync(requirements, 'utf8') ? python : undefined;
}

/**
 * Makes sure that the trainer's environment is there: Python with venv from Debian's packages where there is apt and the
 * right to use it, the pinned packages by pip. Changes nothing if all is there.
 *
 * @param {string} root
 * @param {Progress} progress
 * @returns {Promise<Prepared>}
 */
export async function preparePython(root, progress) {
  if (findTrainingPython(root) !== undefined) return { ok: true };
  const { folder, python, requirements, stamp } = trainingEnvironment(root);
  const wanted = readFileSync(requirements, 'utf8');
  rmSync(stamp, { force: true });
  if (!(await runs(python, ['-m', 'pip', '--version']))) {
    const found = await findOrInstallPython(root, progress);
    if (!found.ok) return found;
    const made = await progress.step(
      'making a Python environment',
      () => runCommand(found.python, ['-m', 'venv', '--clear', folder]),
      succeeded,
    );
    if (made.code !== 0) return { ok: false, message: `${found.python} -m venv failed:\n${lastLines(made.output)}` };
  }
  const options = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off'];
  const installed = await progress.step(
    "installing the trainer's Python packages with pip",
    (detail) => runCommand(python, ['-m', 'pip', 'install', ...options, '-r', requirements], { onLine: detail }),
    succeeded,
  );
  if (installed.code !== 0) {
    return { ok: false, message: `pip could not install ${requirements}:\n${lastLines(installed.output)}` };
  }
  const problem = await provideOpenMp(root, python, progress);
  if (problem !== undefined) return { ok: false, message: problem };
  writeFileSync(stamp, wanted);
  return { ok: true };
}

/**
 * LightGBM's package leaves its OpenMP library to the system, which a bare Debian lacks.
 *
 * @param {string} root
 * @param {string} python
 * @param {Progress} progress
 * @returns {Promise<string | undefined>} what is wrong
 */
async function provideOpenMp(root, python, progress) {
  const load = () => runCommand(python, ['-c', 'import lightgbm']);
  const first = await load();
  if (first.code === 0) return undefined;
  if (!first.output.includes('libgomp')) return `LightGBM cannot be loaded:\n${lastLines(first.output)}`;
  const problem = await installAptPackages(root, progress, ['libgomp1']);
  if ((await load()).code === 0) return undefined;
  return `LightGBM needs libgomp.so.1 (Debian: apt-get install libgomp1)${problem === undefined ? '' : `: ${problem}`}`;
}

/**
 * @param {string} root
 * @param {Progress} progress
 * @returns {Promise<{ ok: true, python: string } | { ok: false, message: string }>}
 */
async function findOrInstallPython(root, progress) {
  const found = await findPython();
  if (found !== undefined) return { ok: true, python: found };
  const problem = await installAptPackages(root, progress, ['python3', 'python3-venv']);
  const python = await findPython();
  if (python !== undefined) return { ok: true, python };
  const version = `${oldestPython.major}.${oldestPython.minor}`;
  return {
    ok: false,
    message: [
      `training and evaluation need Python ${version} or newer with venv, and none was found.`,
      ...(problem === undefined ? [] : [problem]),
      'Install by hand: Debian: apt-get install python3 python3-venv. Serving does not need it.',
    ].join('\n'),
  };
}

/** @returns {Promise<string | undefined>} the first Python that is new enough and can make environments */
async function findPython() {
  const names = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];
  for (const path of new Set(names.flatMap((name) => onPath(name)))) {
    const { code, output } = await runCommand(path, ['-c', probe], { timeoutMs: 20_000 });
    if (code === 0 && isNewEnough(output)) return path;
  }
  return undefined;
}

/** @param {string} version such as 3.11 */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === oldestPython.major && minor >= oldestPython.minor;
}

/**
 * @param {string} command
 * @param {string[]} args
 */
async function runs(command, args) {
  return existsSync(command) && (await runCommand(command, args, { timeoutMs: 60_000 })).code === 0;
}
