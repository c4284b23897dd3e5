import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The feed files that paths name: files as they are, of a folder its YAML files by name. Adds what is not there. */
export function listFeedFiles(paths: readonly string[], mistakes: string[]): readonly string[] {
  return paths.flatMap((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) {
      mistakes.push(`${path}: expected a feed file, or a folder of them`);
      return [];
    }
    if (!found.isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.'));
    if (names.length === 0) mistakes.push(`${path}: expected feed files (*.yaml) in this folder`);
    return names.toSorted().map((name) => join(path, name));
  });
}
