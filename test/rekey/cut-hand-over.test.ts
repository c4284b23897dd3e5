import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createPartitionStore, requirePartitionCount } from '../../services/platform/redis/partition-store.ts';
import type { RedisClient } from '../../services/platform/redis/redis-client.ts';
import { TakenOverError } from '../../services/rekey/held-lock.ts';
import { reopenOld } from '../../services/rekey/reopen-old.ts';
import { END_OFFSET, PARTITIONS, boundsAtRest, dumpOf } from './filled-keyspace.ts';
import { FROM, HANDED_OVER, TO, commandsOfMove, depsOf, dyingRedis, forget, openFilled } from './small-rekey.ts';
import { pausingRedis, reasonsOf, rekey } from './small-rekey.ts';

/** What of the two keyspaces services would take. */
async function usable(redis: RedisClient): Promise<string[]> {
  const taken: string[] = [];
  for (const keyspace of [FROM, TO]) {
    // Services take an empty keyspace, too; here there is one only before a move.
    if (!(await redis.exists(`${keyspace}{p0}:control`))) continue;
    await requirePartitionCount(redis, keyspace, PARTITIONS).then(
      () => taken.push(keyspace),
      () => undefined,
    );
  }
  return taken;
}

/** Whether some partitions of the new keyspace are handed over, and others not. */
async function isPartlyOpen(redis: RedisClient): Promise<boolean> {
  const found = new Set<string | null>();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    found.add(await redis.hget(`${TO}{p${partition}}:control`, 'partitions'));
  }
  return found.size > 1;
}

async function moveOn(redis: RedisClient): Promise<void> {
  const { type } = await rekey(redis);
  assert.notEqual(type, 'refused');
  assert.deepEqual(await usable(redis), [TO]);
}

async function goBack(redis: RedisClient): Promise<void> {
  const result = await reopenOld(depsOf(redis));
  // Cut off after its last write it had been at its end.
  if (result.type === 'refused') assert.match(reasonsOf(result), /^the keyspace 'old:' is not retired/);
  assert.deepEqual(await usable(redis), [FROM]);
}

/** A move whose last commands never get to Redis. */
async function cutMove(redis: RedisClient, all: number, missing: number): Promise<void> {
  const dead = rekey(dyingRedis(redis, { left: all - missing, sent: 0 }));
  if (missing === 0) await dead;
  else await assert.rejects(dead, /cut off/);
}

async function commandsOfWayBack(redis: RedisClient): Promise<number> {
  await rekey(redis);
  const commands = { left: Infinity, sent: 0 };
  assert.equal((await reopenOld(depsOf(dyingRedis(redis, commands)))).type, 'reopened');
  await forget(redis, TO);
  return commands.sent;
}

test('a move that is cut off at any step of its end is brought to it by the next run, or taken back', async (t) => {
  const redis = await openFilled(t);
  const before = await dumpOf(redis, FROM);
  await rekey(redis);
  const undisturbed = await dumpOf(redis, TO);
  await forget(redis, TO);
  const all = await commandsOfMove(redis);
  let cutBetween = 0;
  for (let missing = 1; missing <= HANDED_OVER + PARTITIONS; missing++) {
    for (const isBack of [false, true]) {
      await cutMove(redis, all, missing);
      if (await isPartlyOpen(redis)) {
        cutBetween++;
        assert.deepEqual(await usable(redis), []);
        const found = await dumpOf(redis, TO);
        assert.equal((await rekey(redis, { isDry: true })).type, 'handed-over');
        assert.deepEqual(await dumpOf(redis, TO), found);
      }
      // Before the first is retired there is nothing to take back.
      if (isBack && missing < HANDED_OVER + PARTITIONS) await goBack(redis);
      await moveOn(redis);
      assert.deepEqual(await dumpOf(redis, TO), undisturbed);
      await goBack(redis);
      assert.deepEqual(await dumpOf(redis, FROM), before);
      await forget(redis, TO);
    }
  }
  assert.equal(cutBetween, 2 * (PARTITIONS - 1));
});

test('a way back that is cut off at any step is gone to its end by the next run, or the move holds again', async (t) => {
  const redis = await openFilled(t);
  const before = await dumpOf(redis, FROM);
  await rekey(redis);
  const undisturbed = await dumpOf(redis, TO);
  await forget(redis, TO);
  const all = await commandsOfWayBack(redis);
  let cutBetween = 0;
  for (let left = 0; left < all; left++) {
    for (const isBack of [true, false]) {
      await moveOn(redis);
      await assert.rejects(reopenOld(depsOf(dyingRedis(redis, { left, sent: 0 }))), /cut off/);
      if (await isPartlyOpen(redis)) cutBetween++;
      if (isBack) {
        await goBack(redis);
        assert.deepEqual(await dumpOf(redis, FROM), before);
      } else {
        await moveOn(redis);
        assert.deepEqual(await dumpOf(redis, TO), undisturbed);
      }
    }
  }
  assert.equal(cutBetween, 2 * (PARTITIONS - 1));
});

test('a partition that a scorer took while the others were not handed over yet stays its own, and there is no way back', async (t) => {
  const redis = await openFilled(t);
  const early = createPartitionStore(redis, TO, PARTITIONS);
  await cutMove(redis, await commandsOfMove(redis), PARTITIONS - 1);
  const owner = randomUUID();
  const { seq, nextOffset } = await early.acquire(0, owner);
  assert.equal(nextOffset, END_OFFSET);
  const record = (await early.readPosition(0)).record ?? '';
  const nothing = { states: [], outbox: [], wheel: [], bands: [], qualityHours: [] };
  const commit = { ...nothing, owner, expectedSeq: seq, nextOffset: END_OFFSET + 1n, record };
  assert.equal(await early.commit(0, commit), 'committed');
  await assert.rejects(early.acquire(1, owner), /is unfinished/);
  const read = boundsAtRest.input().set(0, { lowOffset: 0n, endOffset: END_OFFSET + 1n });
  const gone = { boundsOfInput: () => Promise.resolve(read) };
  assert.match(reasonsOf(await reopenOld(depsOf(redis, gone))), /1 records of the log/);
  assert.equal((await rekey(redis, gone)).type, 'handed-over');
  assert.deepEqual(await usable(redis), [TO]);
  const next = { ...commit, expectedSeq: seq + 1, nextOffset: END_OFFSET + 2n };
  assert.equal(await early.commit(0, next), 'committed', 'it was never disturbed');
  assert.equal((await early.acquire(1, owner)).nextOffset, END_OFFSET);
});

test('of two runs at the end of a move the one that slept hands nothing over any more', async (t) => {
  const redis = await openFilled(t);
  const all = await commandsOfMove(redis);
  for (let missing = 1; missing < HANDED_OVER; missing++) {
    for (const other of [moveOn, goBack]) {
      await assert.rejects(rekey(pausingRedis(redis, all - missing, () => other(redis))), TakenOverError);
      assert.deepEqual(await usable(redis), [other === moveOn ? TO : FROM]);
      await forget(redis, TO);
    }
  }
});

test('a way back that slept while the move was run again never leaves services both keyspaces', async (t) => {
  const redis = await openFilled(t);
  const all = await commandsOfMove(redis);
  let moved = 0;
  // Nothing handed over, a part, all.
  for (const missing of [HANDED_OVER, 1, 0]) {
    for (let before = 0; ; before++) {
      await cutMove(redis, all, missing);
      let found: string | undefined;
      const other = async (): Promise<void> => {
        found = (await rekey(redis)).type;
      };
      const back = await reopenOld(depsOf(pausingRedis(redis, before, other)));
      if (found === undefined) break;
      const left = await usable(redis);
      assert.ok(left.length < 2, `${before}: ${left.join(' and ')}`);
      if (back.type === 'reopened') assert.deepEqual(left, [FROM], String(before));
      else moved++;
      await moveOn(redis);
      await forget(redis, TO);
    }
    await forget(redis, TO);
  }
  assert.ok(moved > 0);
});
