import { readFileSync } from 'node:fs';

/** @param mistakes gets what is wrong with the file that the variable names, never its content. */
export function readPemFile(name: string, path: string, mistakes: string[]): string | undefined {
  if (path === '') return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    mistakes.push(`${name}: expected a file that can be read (${code})`);
    return undefined;
  }
}
