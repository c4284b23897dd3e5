import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openOperations } from '../../../services/platform/process/open-operations.ts';
import { createPartBoard } from '../../../services/platform/process/part-board.ts';
import { createMetrics } from '../../../services/platform/telemetry/metrics.ts';

test('a process is not ready any more from the moment on that it is told to stop', async (t) => {
  const stopping = new AbortController();
  const board = createPartBoard({ error: () => undefined, info: () => undefined });
  const { signal } = stopping;
  const operations = await openOperations({ host: '127.0.0.1', port: 0, metrics: createMetrics(), board, signal });
  t.after(() => operations.close());
  const readiness = async (): Promise<readonly [number, string]> => {
    const response = await fetch(`http://127.0.0.1:${operations.port}/readyz`);
    return [response.status, await response.text()];
  };
  board.part('Redis', 'waiting').up();
  assert.deepEqual(await readiness(), [200, 'ready\n']);
  stopping.abort();
  assert.deepEqual(await readiness(), [503, 'not ready: stopping\n']);
});
