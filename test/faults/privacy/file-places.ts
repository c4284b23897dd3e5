import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Place, PlaceKind } from './search.ts';

/** Files below a folder, as far as they are not left out by a part of their path. */
export function filePlaces(
  kind: PlaceKind,
  folder: string,
  isLeftOut: (path: string) => boolean = () => false,
): Place[] {
  if (!existsSync(folder)) return [];
  return (
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .filter((path) => !isLeftOut(path))
      // The name of a file may tell as much as its content.
      .map((path) => ({
        kind,
        name: path,
        bytes: Buffer.concat([Buffer.from(`${path}\n`), readFile(join(folder, path))]),
      }))
  );
}

/** One that is removed meanwhile holds nothing any more. */
function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
