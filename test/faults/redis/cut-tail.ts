import { readFileSync, statSync, truncateSync } from 'node:fs';
import { newestIncrement } from '../../../deploy/local/append-only-file.ts';

/**
 * Cuts bytes from the end of a stopped server's append-only file, as a crash of the machine does to what was not flushed.
 *
 * @returns how many were cut, and whether the cut went through the midst of a command.
 */
export function cutTail(
  redisDirectory: string,
  bytes: number,
): { readonly cutBytes: number; readonly isWithin: boolean } {
  const file = newestIncrement(redisDirectory);
  if (file === undefined) throw new Error(`${redisDirectory} holds no append-only file`);
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
