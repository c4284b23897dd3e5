import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from './preparation-lock.mjs';

const runs = join(import.meta.dirname, '..', '..', '.local', 'run');
let opened = 0;

/**
 * A new folder for the data of servers that live as long as this process. Folders of processes that were killed before
 * they could tidy up are removed on the way.
 */
export function createRunDirectory(): string {
  mkdirSync(runs, { recursive: true });
  for (const name of readdirSync(runs)) {
    const owner = Number.parseInt(name, 10);
    if (owner !== process.pid && !isAlive(owner)) removeDirectory(join(runs, name));
  }
  const directory = join(runs, `${process.pid}-${opened++}`);
  // A left-over of an earlier process with this number.
  if (existsSync(directory)) removeDirectory(directory);
  mkdirSync(directory);
  return directory;
}

/** Removes a folder and what is in it, also while a dying server still writes its last file there. */
export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
