import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PACKAGE = 'prometheus';
const local = join(import.meta.dirname, '..', '..', '.local');
const unpacked = join(local, 'promtool');
const run = promisify(execFile);

export type Promtool = { readonly command: string } | { readonly notRun: string };

/**
 * Prometheus' checker of rules: the machine's own, or one unpacked from Debian's package. Nothing is installed, and no root
 * is needed.
 */
export async function preparePromtool(): Promise<Promtool> {
  if (existsSync(unpacked)) return { command: unpacked };
  try {
    await run('promtool', ['--version']);
    return { command: 'promtool' };
  } catch {
    // Most machines have none.
  }
  mkdirSync(local, { recursive: true });
  const folder = mkdtempSync(join(local, 'promtool-'));
  try {
    await run('apt-get', ['-q', 'download', PACKAGE], { cwd: folder });
    const [file = ''] = readdirSync(folder);
    await run('dpkg-deb', ['-x', file, '.'], { cwd: folder });
    // Last, and at once: tests side by side may prepare it, too.
    renameSync(join(folder, 'usr', 'bin', 'promtool'), unpacked);
    return { command: unpacked };
  } catch (error) {
    const said = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    return { notRun: `there is no promtool, and Debian's package ${PACKAGE} cannot be had: ${said ?? ''}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
