import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createFeedLease } from '../../services/intake/positions/feed-lease.ts';
import { intakeKeys } from '../../services/intake/positions/intake-keys.ts';
import {
  PartitionCountError,
  createPartitionStore,
  requirePartitionCount,
} from '../../services/platform/redis/partition-store.ts';
import type { PartitionCommit } from '../../services/platform/redis/partition-store.ts';
import { reopenOld } from '../../services/rekey/reopen-old.ts';
import { END_OFFSET, PARTITIONS, boundsAtRest, dumpOf } from './filled-keyspace.ts';
import { FROM, HANDED_OVER, TO, commandsOfMove, depsOf, dyingRedis, forget, openFilled } from './small-rekey.ts';
import { pausingRedis, reasonsOf, rekey } from './small-rekey.ts';

const COMMIT: Omit<PartitionCommit, 'owner' | 'expectedSeq'> = {
  nextOffset: END_OFFSET + 1n,
  record: '',
  states: [],
  outbox: [],
  wheel: [],
  bands: [],
  qualityHours: [],
};

test('a scorer that was forgotten cannot take the old keyspace over after names have changed', async (t) => {
  const redis = await openFilled(t);
  const forgotten = createPartitionStore(redis, FROM, PARTITIONS);
  const owner = randomUUID();
  const { seq } = await forgotten.acquire(1, owner);
  assert.equal((await rekey(redis)).type, 'done');
  assert.equal(await forgotten.commit(1, { ...COMMIT, owner, expectedSeq: seq }), 'not-owner');
  await assert.rejects(forgotten.acquire(1, randomUUID()), /partition 1 is retired: moved to 'new:'/);
  await assert.rejects(requirePartitionCount(redis, FROM, PARTITIONS), PartitionCountError);
});

test('a scorer that takes a partition back while the old keyspace is being retired keeps all of it, and the new one stays refused', async (t) => {
  const redis = await openFilled(t);
  const retiring = (await commandsOfMove(redis)) - HANDED_OVER - 1;
  const store = createPartitionStore(redis, FROM, PARTITIONS);
  const lost = await rekey(pausingRedis(redis, retiring, () => store.acquire(PARTITIONS - 1, randomUUID())));
  assert.match(reasonsOf(lost), /partition 2 was taken over meanwhile/);
  await requirePartitionCount(redis, FROM, PARTITIONS);
  await assert.rejects(requirePartitionCount(redis, TO, PARTITIONS), PartitionCountError);
  assert.equal((await rekey(redis)).type, 'done');
});

test('a move that is cut off when the old keyspace is retired, and the new one not yet handed over, is brought to its end', async (t) => {
  const redis = await openFilled(t);
  const before = await dumpOf(redis, FROM);
  for (const isBack of [false, true]) {
    const left = (await commandsOfMove(redis)) - HANDED_OVER;
    await assert.rejects(rekey(dyingRedis(redis, { left, sent: 0 })), /cut off/);
    await assert.rejects(requirePartitionCount(redis, FROM, PARTITIONS), /is retired/);
    await assert.rejects(requirePartitionCount(redis, TO, PARTITIONS), /is unfinished/);
    if (isBack) assert.equal((await reopenOld(depsOf(redis))).type, 'reopened');
    else assert.equal((await rekey(redis)).type, 'done');
    await requirePartitionCount(redis, isBack ? FROM : TO, PARTITIONS);
    if (!isBack) await forget(redis, TO);
  }
  assert.deepEqual(await dumpOf(redis, FROM), before);
});

test('the way back opens the old keyspace, as it was, and closes the new one', async (t) => {
  const redis = await openFilled(t);
  const before = await dumpOf(redis, FROM);
  assert.match(reasonsOf(await reopenOld(depsOf(redis))), /is not retired/);
  assert.equal((await rekey(redis)).type, 'done');
  const dry = await reopenOld(depsOf(redis, { isDry: true }));
  assert.equal(dry.type, 'reopened');
  await requirePartitionCount(redis, TO, PARTITIONS);
  assert.equal((await reopenOld(depsOf(redis))).type, 'reopened');
  assert.deepEqual(await dumpOf(redis, FROM), before);
  await requirePartitionCount(redis, FROM, PARTITIONS);
  await assert.rejects(requirePartitionCount(redis, TO, PARTITIONS), PartitionCountError);
  assert.equal((await rekey(redis)).type, 'done', 'and names can change again');
});

test('there is no way back once anything has come of the new names', async (t) => {
  const redis = await openFilled(t);
  assert.equal((await rekey(redis)).type, 'done');
  const read = boundsAtRest.input().set(0, { lowOffset: 0n, endOffset: END_OFFSET + 1n });
  const back = (changes: Parameters<typeof depsOf>[1] = {}): ReturnType<typeof reopenOld> =>
    reopenOld(depsOf(redis, changes));
  assert.match(reasonsOf(await back({ boundsOfInput: () => Promise.resolve(read) })), /1 records of the log/);
  const group = { groupId: 'scorers', members: [{ clientId: 'churn-scorer', topics: ['log'] }] };
  assert.match(reasonsOf(await back({ groupsWithMembers: () => Promise.resolve([group]) })), /group scorers has 1/);
  assert.match(reasonsOf(await back({ newKeyId: 'c' })), /another change of names/);
  const held = await createFeedLease(redis, intakeKeys(TO, 'top-ups').lease).tryAcquire();
  assert.match(reasonsOf(await back()), /top-ups under the new key/);
  await held?.release();
  await redis.hset(`${TO}{orders}:version`, 'wo-1', '2');
  assert.match(reasonsOf(await back()), /orders were worked/);
  await requirePartitionCount(redis, TO, PARTITIONS);
  await assert.rejects(requirePartitionCount(redis, FROM, PARTITIONS), PartitionCountError);
});

test('a keyspace that has moved once is not moved to another place', async (t) => {
  const redis = await openFilled(t);
  assert.equal((await rekey(redis)).type, 'done');
  for (const isDry of [true, false]) {
    assert.match(reasonsOf(await rekey(redis, { to: 'third:', isDry })), /'old:' is retired: moved to 'new:'/);
  }
  assert.equal((await dumpOf(redis, 'third:')).size, 0);
});
