import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The commit that is checked out, with "-dirty" where tracked files differ from it; null where that cannot be told. */
export function commitOf(root: string): string | null {
  // An unpacked copy inside another checkout is not that one's commit.
  if (!existsSync(join(root, '.git'))) return null;
  const args = ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'];
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}
