import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

const names: ReadonlyMap<string, string> = new Map(
  globSync('services/**/*.lua', { cwd: root }).flatMap((file) => {
    const source = readFileSync(join(root, file));
    const name = basename(file, '.lua');
    return [
      [createHash('sha1').update(source).digest('hex'), name] as const,
      [source.toString('latin1'), name] as const,
    ];
  }),
);

/** The name of one of the service's scripts, such as "commit-batch-n", by its hash or by its text as `latin1`. */
export function scriptNameOf(hashOrText: string): string | undefined {
  return names.get(hashOrText);
}
