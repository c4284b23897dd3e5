import { readFileSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Cuts bytes from the end of a stopped server's append-only file, as a crash of the machine does to what was not flushed.
 *
 * @returns how many were cut, and whether the cut went through the midst of a command.
 */
export function cutTail(
  redisDirectory: string,
  bytes: number,
): { readonly cutBytes: number; readonly isWithin: boolean } {
  const file = newestIncrement(join(redisDirectory, 'appendonlydir'));
  const { size } = statSync(file);
  const cutBytes = Math.min(bytes, size);
  const cutAt = size - cutBytes;
  const next = readFileSync(file)
    .subarray(cutAt, cutAt + 1)
    .toString();
  truncateSync(file, cutAt);
  // A command begins with an asterisk at the beginning of a line.
  return { cutBytes, isWithin: next !== '*' };
}

function newestIncrement(directory: string): string {
  const numberOf = (name: string): number => Number(/\.(\d+)\.incr\.aof$/.exec(name)?.[1]);
  const names = readdirSync(directory).filter((name) => name.endsWith('.incr.aof'));
  const newest = names.toSorted((a, b) => numberOf(b) - numberOf(a))[0];
  if (newest === undefined) throw new Error(`${directory} holds no increment of an append-only file`);
  return join(directory, newest);
}
