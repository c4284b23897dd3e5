import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPartBoard } from '../../../services/platform/process/part-board.ts';
import { watchPart } from '../../../services/platform/process/watch-part.ts';

const silent = { error: () => undefined, info: () => undefined };

test('a question that was asked during an outage says nothing about what has come up since', async () => {
  const redis = createPartBoard(silent).part('Redis', 'waiting');
  const attempt = redis.attempt();
  attempt.failed('gone');
  const stop = new AbortController();
  const asked = Promise.withResolvers<undefined>();
  const answered = Promise.withResolvers<undefined>();
  const states: boolean[] = [];
  const watching = watchPart(
    redis,
    async () => {
      asked.resolve(undefined);
      await answered.promise;
      // After this answer has been heard.
      setImmediate(() => {
        states.push(redis.isUp());
        stop.abort();
      });
      return { type: 'missing', cause: 'no answer within 5 s' };
    },
    stop.signal,
  );
  await asked.promise;
  attempt.succeeded();
  answered.resolve(undefined);
  await watching;
  assert.deepEqual(states, [true]);
});

test('a part that was up and does not answer is missing', async () => {
  const redis = createPartBoard(silent).part('Redis', 'waiting');
  redis.up();
  const stop = new AbortController();
  const watching = watchPart(
    redis,
    () => {
      setImmediate(() => {
        stop.abort();
      });
      return { type: 'missing', cause: 'no answer within 5 s' };
    },
    stop.signal,
  );
  await watching;
  assert.equal(redis.isUp(), false);
});
