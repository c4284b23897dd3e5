import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBatchLine } from '../../services/intake/batch-line.ts';
import { StoppedError, createKeepTrying } from '../../services/intake/keep-trying.ts';
import { createPace } from '../../services/intake/pace.ts';
import { emptyBatch } from '../../services/intake/row-batch.ts';

test('one batch is on its way while the next is made, and no more', async () => {
  const events: string[] = [];
  const arrivals: (() => void)[] = [];
  const line = createBatchLine<string>(async (_, name) => {
    events.push(`${name} sent`);
    await new Promise<void>((resolve) => arrivals.push(resolve));
    events.push(`${name} there`);
  });
  await line.submit(emptyBatch(), 'a');
  events.push('b made');
  const second = line.submit(emptyBatch(), 'b').then(() => events.push('c made'));
  arrivals[0]?.();
  await second;
  arrivals[1]?.();
  await line.drain();
  assert.deepEqual(events, ['a sent', 'b made', 'a there', 'b sent', 'c made', 'b there']);
});

test('who submits after a failure meets it', async () => {
  const line = createBatchLine<undefined>(() => Promise.reject(new Error('lost')));
  await line.submit(emptyBatch(), undefined);
  await assert.rejects(line.submit(emptyBatch(), undefined), /lost/);
  await assert.rejects(line.drain(), /lost/);
});

test('a pace keeps to its rate, makes up for short delays and not for long ones', async () => {
  let nowMs = 0;
  const pace = createPace(100, {
    nowMs: () => nowMs,
    sleep(ms) {
      nowMs += ms;
      return Promise.resolve();
    },
  });
  const { signal } = new AbortController();
  for (let batch = 0; batch < 20; batch++) await pace(50, signal);
  assert.equal(nowMs, 9_000, '1,000 rows at 100 a second, of which the first second is credit');
  nowMs += 60_000;
  const before = nowMs;
  for (let batch = 0; batch < 20; batch++) await pace(50, signal);
  assert.equal(nowMs - before, 9_000);
});

test('an attempt is made until it succeeds; the part is missing meanwhile', async () => {
  const told: string[] = [];
  const part = { up: () => told.push('up'), missing: (cause: string) => told.push(cause) };
  const tried = { part, causeOf: (error: unknown) => (error instanceof Error ? error.message : '') };
  const keepTrying = createKeepTrying({ kafka: tried, redis: tried }, new AbortController().signal);
  let attempts = 0;
  const result = await keepTrying('redis', () => {
    attempts += 1;
    return attempts < 2 ? Promise.reject(new Error('gone')) : Promise.resolve('there');
  });
  assert.deepEqual([result, told], ['there', ['gone', 'up']]);
});

test('told to stop, nothing is tried again', async () => {
  const part = { up: () => undefined, missing: () => undefined };
  const tried = { part, causeOf: String };
  const stop = new AbortController();
  const keepTrying = createKeepTrying({ kafka: tried, redis: tried }, stop.signal);
  const attempt = keepTrying('kafka', () => {
    stop.abort();
    return Promise.reject(new Error('gone'));
  });
  await assert.rejects(attempt, StoppedError);
});
