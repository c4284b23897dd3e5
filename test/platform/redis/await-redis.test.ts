import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { freePort } from '../../../deploy/local/free-port.ts';
import { createPartBoard } from '../../../services/platform/process/part-board.ts';
import { StartRefusal } from '../../../services/platform/process/start-refusal.ts';
import { awaitRedis } from '../../../services/platform/redis/await-redis.ts';
import { isRedisOutage } from '../../../services/platform/redis/is-redis-outage.ts';
import { openSilentServer } from '../../support/silent-server.ts';

describe('what a server answers to writes is told in words, and waited out', () => {
  const cases: readonly (readonly [answer: string, words: RegExp])[] = [
    ['LOADING Redis is loading the dataset in memory', /loading its data/],
    ["READONLY You can't write against a read only replica.", /takes no writes \(READONLY\)/],
    ["OOM command not allowed when used memory > 'maxmemory'.", /memory is full/],
    ['MISCONF Redis is configured to save RDB snapshots, but it is unable to persist to disk.', /cannot save/],
    ['NOAUTH Authentication required.', /user and password/],
    ['WRONGPASS invalid username-password pair or user is disabled.', /user and password/],
    [
      "NOPERM this user has no permissions to run the 'setrange' command",
      /lacks the permission for the command setrange/,
    ],
    ['ERR max number of clients reached', /maxclients/],
  ];
  for (const [answer, words] of cases) {
    test(answer.split(' ', 2).join(' '), async (t) => {
      const port = await openSilentServer(t, () => `-${answer}\r\n`);
      assert.match(await causeOf(`redis://127.0.0.1:${port}`), words);
      // A right that is missing is not found out by asking whether the server is well.
      assert.equal(isRedisOutage(new Error(answer)), !answer.startsWith('NOPERM'));
    });
  }
});

test('a server that accepts and never answers is told as such', async (t) => {
  const port = await openSilentServer(t);
  assert.match(await causeOf(`redis://127.0.0.1:${port}`), /does not answer/);
});

test('an address where nobody listens is told as such, without the password', async () => {
  const cause = await causeOf(`redis://admin:s3cret@127.0.0.1:${await freePort()}`);
  assert.match(cause, /nobody listens/);
  assert.ok(!cause.includes('s3cret'));
});

test('a server that may drop state is refused, with what was expected', async (t) => {
  const info = '# Memory\r\nmaxmemory_policy:allkeys-lru\r\nredis_version:6.2.0\r\n';
  const port = await openSilentServer(t, (request) =>
    request.includes('setrange') ? ':0\r\n' : `$${info.length}\r\n${info}\r\n`,
  );
  await assert.rejects(
    open(`redis://127.0.0.1:${port}`, new AbortController(), () => undefined),
    (error) => {
      assert.ok(error instanceof StartRefusal);
      assert.deepEqual(error.mistakes, [
        'maxmemory-policy is allkeys-lru, expected noeviction',
        'Redis is of version 6, expected 7 or newer',
      ]);
      return true;
    },
  );
});

/** The cause in the first line about a Redis that is waited for. */
async function causeOf(url: string): Promise<string> {
  const told = Promise.withResolvers<string>();
  const stopping = new AbortController();
  const waiting = open(url, stopping, told.resolve);
  waiting.catch(told.reject);
  const cause = await told.promise;
  stopping.abort();
  await assert.rejects(waiting);
  return cause;
}

function open(url: string, { signal }: AbortController, onCause: (cause: string) => void): Promise<unknown> {
  const board = createPartBoard({
    error(fields: object) {
      onCause(JSON.stringify(fields));
    },
    info: () => undefined,
  });
  return awaitRedis({ settings: { url }, keyspace: '', part: board.part('Redis', 'waiting'), signal });
}
