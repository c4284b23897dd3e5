import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * Runs a command if this process ends without having released it, be it by `kill -9`: a shell outside this process group
 * waits for the end of a pipe whose other side only this process holds. The kernel closes that side whatever happens.
 *
 * @param {string[]} command
 * @returns {() => void} release: the command will not run any more
 */
export function whenParentDies(command) {
  const watchdog = spawn('/bin/sh', ['-c', 'read -r released || exec "$@"', 'watchdog', ...command], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // A watchdog that was killed leaves a broken pipe behind; that is no reason to fall over.
  watchdog.stdin.on('error', () => undefined);
  watchdog.on('error', () => undefined);
  watchdog.unref();
  if (watchdog.stdin instanceof Socket) watchdog.stdin.unref();
  let released = false;
  return () => {
    if (released) return;
    released = true;
    watchdog.stdin.end('released\n');
  };
}

/**
 * The command that ends a process for good: asked first, forced after 15 seconds.
 *
 * @param {number} pid
 */
export function endProcessCommand(pid) {
  const script =
    'kill -TERM "$1" 2>/dev/null; n=0; while kill -0 "$1" 2>/dev/null && [ $n -lt 150 ]; do sleep 0.1; n=$((n+1)); done; kill -KILL "$1"';
  return ['/bin/sh', '-c', script, 'end-process', String(pid)];
}
