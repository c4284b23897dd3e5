import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { keepLogs } from '../../deploy/local/demo/keep-logs.ts';
import { failWhenAllEnd } from '../../deploy/local/demo/service-process.ts';
import type { ServiceProcess } from '../../deploy/local/demo/service-process.ts';

interface FakeService extends ServiceProcess {
  end(how: string): void;
}

function fakeService(name: string): FakeService {
  const { promise: ended, resolve: end } = Promise.withResolvers<string>();
  const process = { pid: 0, ended, hasEnded: () => false, signal: () => undefined, output: undefined };
  return { name, logFile: `/nowhere/${name}.log`, process, stop: () => Promise.resolve(), end };
}

test('of several that share the work one may end, which is told; the last one ends the run', async () => {
  const services = [fakeService('scorer-1'), fakeService('scorer-2')];
  const told = Promise.withResolvers<string>();
  const failing = failWhenAllEnd(services, ({ name }, how, remaining) => {
    told.resolve(`${name} ${how} ${remaining}`);
  });
  services[0]?.end('SIGKILL');
  assert.equal(await told.promise, 'scorer-1 SIGKILL 1');
  services[1]?.end('exit code 1');
  await assert.rejects(failing, /scorer-2 ended with exit code 1/);
});

test('the logs of a run that failed are kept where its folder’s removal does not reach', (t) => {
  const run = mkdtempSync(join(tmpdir(), 'churn-run-'));
  const logs = join(run, 'logs');
  mkdirSync(logs);
  writeFileSync(join(logs, 'scorer-1.log'), 'why');
  const kept = /kept in (.+)$/.exec(keepLogs(logs))?.[1];
  assert.ok(kept !== undefined);
  t.after(() => {
    rmSync(kept, { recursive: true });
  });
  rmSync(run, { recursive: true });
  assert.equal(readFileSync(join(kept, 'scorer-1.log'), 'utf8'), 'why');
  assert.match(keepLogs(logs), /no logs/);
});
