import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repeat } from '../../services/retention/repeat.ts';

test('a failed round is told and does not end the repetition', { timeout: 20_000 }, async () => {
  const failures: unknown[] = [];
  const thirdRound = Promise.withResolvers<undefined>();
  let rounds = 0;
  const repetition = repeat({
    intervalMs: 1,
    task() {
      rounds++;
      if (rounds === 3) thirdRound.resolve(undefined);
      return rounds === 1 ? Promise.reject(new Error('away')) : Promise.resolve();
    },
    onFailure: (error) => failures.push(error),
  });
  await thirdRound.promise;
  await repetition.stop();
  assert.equal(failures.length, 1);
});

test('stopping waits for the round under way and starts no other', { timeout: 20_000 }, async () => {
  const started = Promise.withResolvers<AbortSignal>();
  const finish = Promise.withResolvers<undefined>();
  let finished = 0;
  const repetition = repeat({
    intervalMs: 1,
    async task(signal) {
      started.resolve(signal);
      await finish.promise;
      finished++;
    },
    onFailure: () => undefined,
  });
  const signal = await started.promise;
  const stopped = repetition.stop();
  assert.equal(signal.aborted, true);
  assert.equal(finished, 0);
  finish.resolve(undefined);
  await stopped;
  assert.equal(finished, 1);
});
