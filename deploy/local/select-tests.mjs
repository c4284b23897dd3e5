import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * @typedef {object} TestSelection
 * @property {string[]} files test files, relative to the root, in order
 * @property {string[]} flags everything that goes to `node --test` as it is
 */
const testFolder = 'test';
const testFile = /\.test\.ts$/;
// Import statements begin a line, so that a path in a test's own texts is not taken for one.
const relativeImport = /^(?:import|export)\b[^'";]*'(\.{1,2}\/[^']+)'/gm;

/**
 * Splits the arguments of `npm test --` into test files and flags: an argument that names a file or folder selects tests,
 * all others are flags. Without a file or folder all tests are selected.
 *
 * @param {string} root
 * @param {string[]} args
 * @returns {TestSelection}
 */
export function selectTests(root, args) {
  const selected = args.filter((arg) => !arg.startsWith('-') && existsSync(join(root, arg)));
  const flags = args.filter((arg) => !selected.includes(arg));
  const roots = selected.length === 0 ? [testFolder] : selected;
  const files = roots.flatMap((path) => testFilesUnder(join(root, path)).map((file) => relative(root, file)));
  return { files: [...new Set(files)].sort(), flags };
}

/**
 * Whether one of the files, or what it imports, asks for the shared Kafka and Redis.
 *
 * @param {string} root
 * @param {string[]} files relative to the root
 * @returns {boolean}
 */
export function needsStack(root, files) {
  const support = join(root, testFolder, 'support', 'stack.ts');
  /** @type {Set<string>} */
  const seen = new Set();
  const waiting = files.map((file) => join(root, file));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file) || !existsSync(file)) continue;
    seen.add(file);
    if (file === support) return true;
    waiting.push(...importsOf(file));
  }
  return false;
}

/**
 * Whether one of the files runs the trainer's tests.
 *
 * @param {string[]} files relative to the root
 * @returns {boolean}
 */
export function needsPython(files) {
  return files.includes(join(testFolder, 'models', 'training', 'python.test.ts'));
}

/**
 * @param {string} path a file, or a folder
 * @returns {string[]}
 */
function testFilesUnder(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) return testFilesUnder(inside);
    return testFile.test(entry.name) ? [inside] : [];
  });
}

/** @param {string} file */
function importsOf(file) {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(relativeImport)].map((match) => resolve(dirname(file), match[1] ?? ''));
}
