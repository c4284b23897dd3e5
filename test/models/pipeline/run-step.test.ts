import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { runStep, StepError } from '../../../models/pipeline/run-step.ts';
import type { StepContext } from '../../../models/pipeline/run-step.ts';

function contextOf(t: TestContext, signal = new AbortController().signal): StepContext {
  const logDirectory = mkdtempSync(join(tmpdir(), 'churn-step-'));
  t.after(() => {
    rmSync(logDirectory, { recursive: true });
  });
  const progress: StepContext['progress'] = {
    step: (_title, work) => work(() => undefined),
    note: () => undefined,
  };
  return { root: logDirectory, logDirectory, progress, environment: {}, signal };
}

function stepOf(script: string, consume?: (output: Readable) => Promise<string>): Parameters<typeof runStep>[0] {
  const step = { title: 'a step', name: 'step', command: process.execPath, args: ['-e', script] };
  return consume === undefined ? step : { ...step, consume };
}

/** Tells its process id, then goes on for good. */
const ENDLESS = `process.stdout.write(String(process.pid)); setInterval(() => {}, 1_000)`;

test('a process whose output nobody takes any more is ended before the failure is told', async (t) => {
  let pid = 0;
  const failing = stepOf(ENDLESS, async (output) => {
    for await (const chunk of output) {
      pid = Number(String(chunk));
      throw new Error('not what was expected');
    }
    return '';
  });
  await assert.rejects(runStep(failing, contextOf(t)), /not what was expected/);
  assert.ok(pid > 0);
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
});

test('a step gives what its process writes, and tells how one failed', async (t) => {
  assert.equal(await runStep(stepOf(`process.stdout.write('done')`), contextOf(t)), 'done');
  await assert.rejects(runStep(stepOf(`console.error('why'); process.exit(3)`), contextOf(t)), (error) => {
    assert.ok(error instanceof StepError);
    assert.match(error.message, /exit code 3:\nwhy/);
    return true;
  });
});
