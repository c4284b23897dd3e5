/**
 * Trains the model from the raw data: makes a Python environment of its own under .local/, exports the vectors with the
 * serving code, trains, and writes the bundle.
 *
 *     npm run model:train -- --data <folder> [--bundle models/churn-prepaid/1.0.0]
 *
 * Python is needed for this alone; serving never calls it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');
const venv = path.join(root, '.local/training/venv');
const vectors = path.join(root, '.local/training/vectors');
const python = path.join(venv, 'bin/python');

const { values } = parseArgs({
  options: { data: { type: 'string' }, bundle: { type: 'string', default: 'models/churn-prepaid/1.0.0' } },
});
if (values.data === undefined) stop('usage: npm run model:train -- --data <folder> [--bundle models/<name>/<version>]');
const data = path.resolve(values.data);

prepareEnvironment();
run(process.execPath, [path.join(here, 'export-vectors.ts'), '--data', data, '--out', vectors]);
const commit = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
run(python, [
  '-B', // no bytecode among the sources
  path.join(here, 'train.py'),
  ...['--data', data, '--vectors', vectors],
  ...['--bundle', path.resolve(root, values.bundle)],
  ...(commit.status === 0 ? ['--git-commit', commit.stdout.trim()] : []),
]);

/** Installs the pinned packages; the requirements are kept beside the environment, so that a change installs again. */
function prepareEnvironment(): void {
  const wanted = readFileSync(path.join(here, 'requirements.txt'), 'utf8');
  const stamp = path.join(venv, 'requirements.txt');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  const made = spawnSync('python3', ['-m', 'venv', '--clear', venv], { stdio: 'inherit' });
  if (made.status !== 0) stop('Python 3.11 or newer with venv is needed (on Debian: apt-get install python3-venv)');
  run(python, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '-r',
    path.join(here, 'requirements.txt'),
  ]);
  writeFileSync(stamp, wanted);
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: 'inherit', cwd: root });
  if (status !== 0) process.exit(status ?? 1);
}

function stop(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
