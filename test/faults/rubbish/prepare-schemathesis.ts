import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const VERSION = 'schemathesis==4.32.5';
const root = join(import.meta.dirname, '..', '..', '..');
const folder = join(root, '.local', 'schemathesis');
const run = promisify(execFile);

/** The command, in a Python environment of its own; or why it cannot be had. Changes nothing where it is there. */
export async function prepareSchemathesis(): Promise<{ readonly command: string } | { readonly notRun: string }> {
  const bin = join(folder, 'bin');
  const command = join(bin, 'schemathesis');
  // Written last: while it is missing or differs, the environment is not ready.
  const stamp = join(folder, 'version.txt');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === VERSION) return { command };
  try {
    await run('python3', ['-m', 'venv', '--clear', folder]);
    await run(join(bin, 'pip'), ['install', '--quiet', '--disable-pip-version-check', '--no-input', VERSION]);
  } catch (error) {
    const said = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    return { notRun: `${VERSION} cannot be installed with python3 and pip: ${said ?? ''}` };
  }
  writeFileSync(stamp, VERSION);
  return { command };
}
