import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBatchLine } from '../../services/intake/batch-line.ts';
import { StoppedError, createKeepTrying } from '../../services/intake/keep-trying.ts';
import { createPace } from '../../services/intake/pace.ts';
import { emptyBatch } from '../../services/intake/row-batch.ts';
import { createPartBoard } from '../../services/platform/process/part-board.ts';

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

test('a clock that is set back does not hold up a pace', async () => {
  const sleeps: number[] = [];
  let nowMs = 3_600_000;
  const pace = createPace(100, {
    nowMs: () => nowMs,
    sleep(ms) {
      sleeps.push(ms);
      nowMs += ms;
      return Promise.resolve();
    },
  });
  const { signal } = new AbortController();
  for (let batch = 0; batch < 4; batch++) await pace(50, signal);
  nowMs -= 3_600_000;
  await pace(50, signal);
  assert.deepEqual(sleeps, [500, 500, 500]);
});

const OUTAGE = new Error('gone');
const isOutage = (error: unknown): boolean => error === OUTAGE;

/** A part on a board, and the lines that it writes. */
function openPart(signal: AbortSignal) {
  const lines: string[] = [];
  const log = {
    error: (fields: object) => void lines.push(`missing: ${'cause' in fields ? String(fields.cause) : ''}`),
    info: () => void lines.push('back'),
  };
  const part = createPartBoard(log, () => 0).part('Redis', 'waiting');
  const tried = { part, causeOf: (error: unknown) => (error instanceof Error ? error.message : ''), isOutage };
  return { part, lines, keepTrying: createKeepTrying({ kafka: tried, redis: tried }, signal) };
}

const never = new AbortController().signal;

test('an attempt is made until it succeeds; the part is missing meanwhile', async () => {
  const { part, lines, keepTrying } = openPart(never);
  let attempts = 0;
  const result = await keepTrying('redis', () => {
    attempts += 1;
    return attempts < 2 ? Promise.reject(OUTAGE) : Promise.resolve('there');
  });
  assert.deepEqual([result, lines, part.isUp()], ['there', ['missing: gone', 'back'], true]);
});

test('while an attempt fails only its success sets the part up: who merely asks it does not', async () => {
  const { part, lines, keepTrying } = openPart(never);
  let attempts = 0;
  await keepTrying('redis', async () => {
    attempts += 1;
    // Between two tries a question finds the part well, and so does work of another kind.
    part.up('answers');
    await keepTrying('redis', () => Promise.resolve());
    assert.equal(part.isUp(), attempts === 1);
    if (attempts < 3) throw OUTAGE;
  });
  assert.deepEqual([attempts, lines, part.isUp()], [3, ['missing: gone', 'back'], true]);
});

test('what can never succeed is tried once: it goes to the caller, and the part is not blamed', async () => {
  const { part, lines, keepTrying } = openPart(never);
  const mistake = new TypeError('a position of an unknown form');
  let attempts = 0;
  const attempt = keepTrying('redis', () => {
    attempts += 1;
    return Promise.reject(mistake);
  });
  await assert.rejects(attempt, mistake);
  assert.deepEqual([attempts, lines], [1, []]);
  part.up();
  assert.equal(part.isUp(), true);
});

test('an attempt that fails for another reason after an outage leaves the part to who watches it', async () => {
  const { part, keepTrying } = openPart(never);
  let attempts = 0;
  const attempt = keepTrying('redis', () => {
    attempts += 1;
    return Promise.reject(attempts === 1 ? OUTAGE : new TypeError('unknown form'));
  });
  await assert.rejects(attempt, TypeError);
  assert.equal(part.isUp(), false);
  part.up();
  assert.equal(part.isUp(), true);
});

test('told to stop, nothing is tried again', async () => {
  const stop = new AbortController();
  const { keepTrying } = openPart(stop.signal);
  const attempt = keepTrying('kafka', () => {
    stop.abort();
    return Promise.reject(OUTAGE);
  });
  await assert.rejects(attempt, StoppedError);
});
