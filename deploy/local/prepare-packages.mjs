import { existsSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand, succeeded } from './run-command.mjs';

/**
 * @typedef {{ ok: true } | { ok: false, message: string }} Prepared
 * @typedef {{ identity: string, optional: boolean }} LockedPackage identity: version and integrity
 * @typedef {Map<string, LockedPackage>} LockedPackages by path in node_modules
 */
const oldestWithTypeStripping = 24;

/** @param {string} root */
function pinnedNodePath(root) {
  return join(root, 'node_modules', 'node', 'bin', 'node');
}

/**
 * Makes sure that the packages of the lock file are installed and the pinned Node is there.
 *
 * @param {string} root
 * @param {import('./progress.mjs').Progress} progress
 * @returns {Promise<Prepared>}
 */
export async function preparePackages(root, progress) {
  const env = npmEnvironment(root);
  if (!packagesAreInstalled(root)) {
    const result = await progress.step(
      'installing npm packages',
      () => runCommand('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'], { cwd: root, env }),
      succeeded,
    );
    if (result.code !== 0) {
      return { ok: false, message: `npm ci failed:\n${npmErrors(result.output)}` };
    }
    await applyPatchesIfScriptsAreOff(root, env);
  }
  if (!existsSync(pinnedNodePath(root))) await installPinnedNode(root, env, progress);
  return { ok: true };
}

/**
 * Whether node_modules holds what the lock file says, by comparing the lock file with the one that npm keeps inside
 * node_modules: so a package that was added, updated or half installed by hand is seen too.
 *
 * @param {string} root
 */
export function packagesAreInstalled(root) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  return wanted !== undefined && installed !== undefined && lockIsSatisfied(wanted, installed);
}

/**
 * Every package that is not optional is there, and everything that is there is as locked.
 *
 * @param {LockedPackages} wanted of package-lock.json
 * @param {LockedPackages} installed of node_modules/.package-lock.json
 */
export function lockIsSatisfied(wanted, installed) {
  const asLocked = [...installed].every(([path, found]) => wanted.get(path)?.identity === found.identity);
  const complete = [...wanted].every(([path, locked]) => installed.has(path) || locked.optional);
  return asLocked && complete;
}

/**
 * @param {string} path
 * @returns {LockedPackages | undefined}
 */
function readPackages(path) {
  if (!existsSync(path)) return undefined;
  try {
    return parseLockFile(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * The packages of a lock file in npm's format 3, without the project itself.
 *
 * @param {unknown} lock
 * @returns {LockedPackages | undefined}
 */
export function parseLockFile(lock) {
  if (!isRecord(lock) || !isRecord(lock['packages'])) return undefined;
  /** @type {LockedPackages} */
  const packages = new Map();
  for (const [path, entry] of Object.entries(lock['packages'])) {
    if (path === '' || !isRecord(entry)) continue;
    const { version, integrity, optional, devOptional } = entry;
    const identity = `${String(version)} ${String(integrity)}`;
    packages.set(path, { identity, optional: optional === true || devOptional === true });
  }
  return packages;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isRecord(value) {
  return typeof value === 'object' && value !== null;
}

/**
 * npm must run on the Node outside: `npm ci` deletes node_modules, and with it the pinned one that `npm run` puts first.
 *
 * @param {string} root
 * @returns {NodeJS.ProcessEnv}
 */
function npmEnvironment(root) {
  const path = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(join(root, 'node_modules')))
    .join(delimiter);
  // The CPU library is in the package; its install script would fetch GPU parts and fails where it cannot.
  return { ...process.env, PATH: path, ONNXRUNTIME_NODE_INSTALL: 'skip' };
}

/**
 * With scripts switched off npm does not run our own postinstall either.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 */
async function applyPatchesIfScriptsAreOff(root, env) {
  if (!existsSync(join(root, 'patches'))) return;
  const off = await runCommand('npm', ['config', 'get', 'ignore-scripts'], { cwd: root, env });
  if (!off.output.split('\n').includes('true')) return;
  await runCommand(process.execPath, [join(root, 'node_modules', 'patch-package', 'index.js')], { cwd: root, env });
}

/**
 * The package `node` fetches its binary in an install script, which npm may have been told not to run.
 *
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./progress.mjs').Progress} progress
 */
async function installPinnedNode(root, env, progress) {
  const cwd = join(root, 'node_modules', 'node');
  const script = join(cwd, 'installArchSpecificPackage.js');
  if (!existsSync(script)) return;
  await progress.step('installing the pinned Node', async (detail) => {
    const scripts = { ...env, npm_config_ignore_scripts: 'false' };
    await runCommand(process.execPath, [script], { cwd, env: scripts, onLine: detail });
    // A binary that cannot run here (another C library, say) is worse than none.
    const works = await runCommand(pinnedNodePath(root), ['--version']);
    if (works.code !== 0) rmSync(pinnedNodePath(root), { force: true });
  });
}

/**
 * The Node to go on with: the pinned one, else the one that runs this, if it can run TypeScript.
 *
 * @param {string} root
 * @returns {{ ok: true, path: string, pinned: boolean } | { ok: false, message: string }}
 */
export function chooseNode(root) {
  const pinned = pinnedNodePath(root);
  if (existsSync(pinned)) return { ok: true, path: pinned, pinned: true };
  if (Number.parseInt(process.versions.node, 10) >= oldestWithTypeStripping) {
    return { ok: true, path: process.execPath, pinned: false };
  }
  const message = `the npm package "node" did not bring its binary (${pinned}).\nTry "npm rebuild node", or use Node ${oldestWithTypeStripping} or newer.`;
  return { ok: false, message };
}

/**
 * The lines in which npm says what is wrong, without the help that it prints behind them.
 *
 * @param {string} output
 */
function npmErrors(output) {
  const lines = output.split('\n');
  const errors = lines.filter((line) => /^npm (error|ERR!) ./.test(line));
  return (errors.length > 0 ? errors.slice(0, 12) : lines.slice(-12)).map((line) => `  ${line}`).join('\n');
}
