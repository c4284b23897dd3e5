/**
 * Fails where a package is under a licence that is unknown or not allowed, or where THIRD_PARTY_LICENSES.md is out of
 * date. With --write it writes that list first.
 *
 *     node deploy/checks/check-licences.ts [--write]
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { licenceList } from './licence-list.ts';
import { licenceProblems, readLockedPackages, readTrainerPackages } from './licences.ts';

const root = join(import.meta.dirname, '..', '..');
const listPath = join(root, 'THIRD_PARTY_LICENSES.md');
const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });

const lock: unknown = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const packages = readLockedPackages(lock);
const trainer = readTrainerPackages(readFileSync(join(root, 'models', 'training', 'requirements.txt'), 'utf8'));
const list = licenceList(packages, trainer);
if (values.write) writeFileSync(listPath, list);

const isStale = !existsSync(listPath) || readFileSync(listPath, 'utf8') !== list;
const problems = [
  ...licenceProblems([...packages, ...trainer]),
  ...(isStale ? ['THIRD_PARTY_LICENSES.md is out of date: run "npm run licences"'] : []),
];
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length === 0) process.stdout.write(`${packages.length + trainer.length} packages, all licences allowed\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
