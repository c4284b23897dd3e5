import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '../../deploy/local/preparation-lock.mjs';

const keeper = join(import.meta.dirname, '..', '..', 'deploy', 'local', 'keep-process.ts');
const deadlineMs = 20_000;

/** A process that keeps a server which would run for an hour, and prints the server's process id. */
function startParent(cwd: string) {
  const script = `
    import { keepProcess } from ${JSON.stringify(keeper)};
    const kept = await keepProcess({ command: 'sleep', args: ['3600'], cwd: '.', logFile: 'server.log' });
    console.log(kept.pid);
  `;
  return spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function firstNumber(stream: Readable): Promise<number> {
  for await (const line of createInterface(stream)) return Number(line);
  throw new Error('the parent printed nothing');
}

async function untilGone(pid: number): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (isAlive(pid)) {
    assert.ok(performance.now() < deadline, `process ${pid} still runs`);
    await delay(20);
  }
}

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(`a kept server does not outlive a parent that dies of ${signal}`, async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'parent-death-'));
    t.after(() => {
      rmSync(directory, { recursive: true, force: true });
    });
    const parent = startParent(directory);
    const pid = await firstNumber(parent.stdout);
    assert.ok(isAlive(pid));
    parent.kill(signal);
    await once(parent, 'exit');
    await untilGone(pid);
  });
}
