import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The file that a Redis appends to; undefined where there is none yet. @param dir the server's own folder */
export function newestIncrement(dir: string): string | undefined {
  const directory = join(dir, 'appendonlydir');
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
  const numberOf = (name: string): number => Number(/\.(\d+)\.incr\.aof$/.exec(name)?.[1]);
  const names = readdirSync(directory).filter((name) => name.endsWith('.incr.aof'));
  const newest = names.toSorted((a, b) => numberOf(b) - numberOf(a))[0];
  return newest === undefined ? undefined : join(directory, newest);
}

/**
 * Takes a transaction that a crash cut through off the end of a stopped server's file, all of it. A server that may load torn
 * files takes off the torn command only: what of the transaction stands before it stays in the file, and is executed at the start
 * after next, together with what was appended since. Half of a commit would come back, or nothing of that.
 */
export function mendAppendOnlyFile(redisServer: string, dir: string): void {
  const file = newestIncrement(dir);
  if (file === undefined) return;
  // One program, that goes by its name.
  const { status, stdout, stderr } = spawnSync(redisServer, ['--fix', file], {
    argv0: 'redis-check-aof',
    input: 'y\n',
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${file} cannot be mended: ${stdout}${stderr}`);
}
