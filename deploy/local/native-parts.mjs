import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runCommand } from './run-command.mjs';

/**
 * What the native stack runs on. Found once, then kept in `.local/native.json` as long as the files stay the same: asking
 * Java for its version costs more than the rest of a start.
 *
 * @typedef {object} NativeParts
 * @property {string} redisServer path of redis-server
 * @property {string} redisVersion
 * @property {string} java path of java
 * @property {string} javaVersion
 * @property {string} kafkaLibs folder with the broker's jars
 * @property {string} kafkaFormatted folder with the files of a freshly formatted broker storage
 * @property {string} kafkaVersion
 *
 * @typedef {{ path: string, version: string }} Found
 */
const oldestJava = 17;
const oldestRedis = 7;
const partNames = /** @type {const} */ ([
  'redisServer',
  'redisVersion',
  'java',
  'javaVersion',
  'kafkaLibs',
  'kafkaFormatted',
  'kafkaVersion',
]);

/** @param {string} root */
export function kafkaFolders(root) {
  const folder = join(root, '.local', 'kafka');
  return { folder, libs: join(folder, 'libs'), formatted: join(folder, 'formatted'), stamp: join(folder, 'stamp') };
}

/**
 * Where the broker's classes are kept as this Java has parsed and checked them. An empty file says that this Java could
 * not write them.
 *
 * @param {NativeParts} parts
 */
export function classArchive({ kafkaLibs, javaVersion }) {
  return join(dirname(kafkaLibs), `classes-${javaVersion.replace(/[^\w.+-]/g, '_')}.jsa`);
}

/**
 * The parts as they were found last, if nothing has changed since.
 *
 * @param {string} root
 * @returns {NativeParts | undefined}
 */
export function readNativeParts(root) {
  const path = partsPath(root);
  if (!existsSync(path)) return undefined;
  try {
    /** @type {unknown} */
    const kept = JSON.parse(readFileSync(path, 'utf8'));
    if (!isRecord(kept) || !isNativeParts(kept['parts']) || !brokerIsReady(root)) return undefined;
    return kept['fingerprint'] === fingerprintOf(kept['parts']) ? kept['parts'] : undefined;
  } catch {
    // Cut off, or a part is gone: look for all of them anew.
    return undefined;
  }
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isRecord(value) {
  return typeof value === 'object' && value !== null;
}

/**
 * @param {unknown} value
 * @returns {value is NativeParts}
 */
function isNativeParts(value) {
  return isRecord(value) && partNames.every((name) => typeof value[name] === 'string');
}

/**
 * @param {string} root
 * @param {NativeParts} parts
 */
export function writeNativeParts(root, parts) {
  const path = partsPath(root);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ parts, fingerprint: fingerprintOf(parts) }, null, 2));
}

/** @param {string} root */
function partsPath(root) {
  return join(root, '.local', 'native.json');
}

/** @param {NativeParts} parts */
function fingerprintOf(parts) {
  return [parts.redisServer, parts.java]
    .map((path) => {
      const { size, mtimeMs } = statSync(path);
      return `${realpathSync(path)} ${size} ${mtimeMs}`;
    })
    .join('\n');
}

/**
 * What the broker's folder must have been made from.
 * @param {string} root
 */
export function brokerRecipe(root) {
  const hash = createHash('sha256');
  for (const name of ['pom.xml', 'log4j2.xml']) hash.update(readFileSync(join(root, 'deploy', 'local', 'kafka', name)));
  return hash.digest('hex');
}

/** @param {string} root */
export function brokerIsReady(root) {
  const { stamp } = kafkaFolders(root);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === brokerRecipe(root);
}

/** @returns {Promise<Found | undefined>} the first redis-server that is new enough */
export function findRedisServer() {
  return firstNewEnough(onPath('redis-server'), ['--version'], oldestRedis, parseRedisVersion);
}

/** @returns {Promise<Found | undefined>} the first Java that is new enough */
export function findJava() {
  const home = process.env['JAVA_HOME'];
  const jvms = '/usr/lib/jvm';
  const installed = existsSync(jvms) ? readdirSync(jvms).map((name) => join(jvms, name, 'bin', 'java')) : [];
  const candidates = [...(home === undefined ? [] : [join(home, 'bin', 'java')]), ...onPath('java'), ...installed];
  return firstNewEnough(candidates, ['-version'], oldestJava, parseJavaVersion);
}

/** @param {string} command */
export function onPath(command) {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, command))
    .filter((path) => existsSync(path));
}

/**
 * @param {string[]} candidates
 * @param {string[]} args
 * @param {number} oldest major version
 * @param {(output: string) => string | undefined} parse
 * @returns {Promise<Found | undefined>}
 */
async function firstNewEnough(candidates, args, oldest, parse) {
  for (const path of new Set(candidates.filter((candidate) => existsSync(candidate)))) {
    const { code, output } = await runCommand(path, args, { timeoutMs: 20_000 });
    const version = code === 0 ? parse(output) : undefined;
    if (version !== undefined && Number.parseInt(version, 10) >= oldest) return { path, version };
  }
  return undefined;
}

/**
 * @param {string} output of `redis-server --version`
 * @returns {string | undefined} such as 7.0.15
 */
export function parseRedisVersion(output) {
  return /\bv=(\d+\.\d+\.\d+)/.exec(output)?.[1];
}

/**
 * @param {string} output of `java -version`
 * @returns {string | undefined} such as 17.0.15; Java 8 calls itself 1.8 and comes out as 8
 */
export function parseJavaVersion(output) {
  return /version "(?:1\.)?(\d+[^"_]*)/.exec(output)?.[1];
}
