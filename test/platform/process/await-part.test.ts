import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { awaitPart } from '../../../services/platform/process/await-part.ts';
import type { AwaitPartOptions } from '../../../services/platform/process/await-part.ts';
import type { Part } from '../../../services/platform/process/part-board.ts';
import { StartRefusal } from '../../../services/platform/process/start-refusal.ts';

interface Bench {
  readonly told: string[];
  readonly options: Omit<AwaitPartOptions<string>, 'open'>;
  readonly stop: () => void;
}

function openBench(): Bench {
  const told: string[] = [];
  const stopping = new AbortController();
  const part: Part = {
    up: () => void told.push('up'),
    missing: (cause) => void told.push(cause),
    attempt: () => ({ failed: () => undefined, succeeded: () => undefined, givenUp: () => undefined }),
    isUp: () => told.at(-1) === 'up',
    remove: () => undefined,
  };
  return {
    told,
    options: { part, causeOf: (error) => String(error), signal: stopping.signal },
    stop: () => {
      stopping.abort(new Error('told to stop'));
    },
  };
}

test('a part that is there is opened at once', async () => {
  const { told, options } = openBench();
  assert.equal(await awaitPart({ ...options, open: () => Promise.resolve('opened') }), 'opened');
  assert.deepEqual(told, ['up']);
});

test('a missing part is tried again, ever more seldom, until it is there', async () => {
  const { told, options } = openBench();
  const waits: number[] = [];
  let tries = 0;
  const opened = await awaitPart({
    ...options,
    open: () => (++tries < 8 ? Promise.reject(new Error('away')) : Promise.resolve('opened')),
    pause(ms) {
      waits.push(ms);
      return Promise.resolve();
    },
  });
  assert.equal(opened, 'opened');
  assert.deepEqual(told, [...Array<string>(7).fill('Error: away'), 'up']);
  assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

test('a try that hangs is given up, and what it opens too late is given back', async () => {
  const { told, options } = openBench();
  const hanging = Promise.withResolvers<string>();
  const discarded: string[] = [];
  let tries = 0;
  const opened = await awaitPart({
    ...options,
    open: () => (++tries === 1 ? hanging.promise : Promise.resolve('second')),
    discard: (late) => void discarded.push(late),
    attemptWithinMs: 20,
    pause: () => Promise.resolve(),
  });
  assert.equal(opened, 'second');
  assert.deepEqual(told, ['Error: no answer within 0.02 s', 'up']);
  hanging.resolve('first');
  await setImmediate();
  assert.deepEqual(discarded, ['first']);
});

test('what is wrong for good is not waited for', async () => {
  const { told, options } = openBench();
  const refusal = new StartRefusal('the model is refused', ['model.onnx: expected another']);
  await assert.rejects(awaitPart({ ...options, open: () => Promise.reject<string>(refusal) }), refusal);
  assert.deepEqual(told, []);
});

test('a stop signal ends a wait, a try that hangs, and what has not begun', async () => {
  const waiting = openBench();
  const away = awaitPart({ ...waiting.options, open: () => Promise.reject(new Error('away')) });
  await setImmediate();
  waiting.stop();
  await assert.rejects(away);

  const trying = openBench();
  const hanging = awaitPart({ ...trying.options, open: () => Promise.withResolvers<string>().promise });
  trying.stop();
  await assert.rejects(hanging, /told to stop/);
  assert.deepEqual(trying.told, [], 'that is no outage');

  await assert.rejects(awaitPart({ ...trying.options, open: () => Promise.resolve('x') }), /told to stop/);
});
