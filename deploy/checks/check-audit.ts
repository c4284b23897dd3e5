/**
 * Asks the registry for known weaknesses of the locked packages. Fails where one is neither mended nor explained here; a
 * registry that does not answer is said and fails nothing, so that the checks hold without a network.
 *
 *     node deploy/checks/check-audit.ts
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readAudit, unexplained } from './audit.ts';

/** Why an advisory does no harm here, by its id; goes when the package is updated. */
const EXPLAINED: ReadonlyMap<string, string> = new Map();
const ANSWER_WITHIN_MS = 60_000;
const MAX_REPORT_BYTES = 64 * 1024 * 1024;

const root = join(import.meta.dirname, '..', '..');
const shipped = audit(['--omit=dev']);
const all = shipped.kind === 'answered' ? audit(['--include=dev']) : shipped;

if (shipped.kind === 'unanswered' || all.kind === 'unanswered') {
  const why = all.kind === 'unanswered' ? all.why : '';
  process.stderr.write(`audit: NOT CHECKED, the registry does not answer (${why})\n`);
} else {
  const shippedIds = new Set(shipped.advisories.map(({ id }) => id));
  const open = unexplained(all.advisories, EXPLAINED);
  for (const { id, packageName, severity, title, url } of open) {
    const where = shippedIds.has(id) ? 'shipped' : 'development only';
    process.stderr.write(`audit: ${packageName} (${where}), ${severity}: ${title} ${url}\n`);
  }
  process.stdout.write(`audit: ${all.advisories.length} advisories, ${open.length} not explained\n`);
  process.exitCode = open.length === 0 ? 0 : 1;
}

function audit(which: readonly string[]): ReturnType<typeof readAudit> {
  const { stdout, error } = spawnSync('npm', ['audit', '--json', '--fetch-retries=0', ...which], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: ANSWER_WITHIN_MS,
    maxBuffer: MAX_REPORT_BYTES,
  });
  return error === undefined ? readAudit(stdout) : { kind: 'unanswered', why: error.message };
}
