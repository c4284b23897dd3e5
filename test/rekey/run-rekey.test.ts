import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { parsePartitionRecord } from '../../services/core/partition/partition-record.ts';
import { encodeSubscriber } from '../../services/core/subscriber/subscriber-codec.ts';
import { dailySlotOf } from '../../services/core/time/daily-moment.ts';
import {
  PartitionCountError,
  createPartitionStore,
  requirePartitionCount,
} from '../../services/platform/redis/partition-store.ts';
import { reopenPartitions, retirementWord } from '../../services/rekey/retirement.ts';
import type { RekeyDeps } from '../../services/rekey/examine.ts';
import { createRedisOrderStore } from '../../services/retention/redis/redis-order-store.ts';
import { END_OFFSET, PARTITIONS, boundsAtRest, dumpOf, fillKeyspace } from './filled-keyspace.ts';
import { newId, numbers, oldId, partitionOf, stateOf } from './filled-keyspace.ts';
import { FROM, LIST, TO, dyingRedis, openFilled, reasonsOf, rekey } from './small-rekey.ts';

test('everyone is found under the new name, with the same state, moment of the day, band, episode and order', async (t) => {
  const redis = await openFilled(t);
  const before = await dumpOf(redis, FROM);
  const result = await rekey(redis);
  assert.equal(result.type, 'done');
  assert.equal(await reopenPartitions(redis, FROM, PARTITIONS, { word: retirementWord(TO) }), PARTITIONS);
  assert.deepEqual(await dumpOf(redis, FROM), before, 'the old keyspace keeps all that it has');

  const store = createPartitionStore(redis, TO, PARTITIONS);
  const orders = createRedisOrderStore(redis, TO);
  for (const [place, number] of LIST.entries()) {
    const [id, old] = [newId(number), oldId(number)];
    const partition = partitionOf(id);
    const state = stateOf(place, newId, LIST);
    const [stored] = await store.readStates(partition, [id]);
    assert.deepEqual(Buffer.from(stored ?? []), Buffer.from(encodeSubscriber(state)), number);
    const [members] = await store.readWheel(partition, [{ slotOfDay: dailySlotOf(old), from: 0 }], 1_000);
    assert.ok(members?.includes(id), 'in the slot of the former name');
    const listed = await store.listBand(partition, 'high', '', 1_000);
    assert.equal(listed.includes(id), state.risk.band === 'high');
    const found = await orders.list({ subscriberId: id, offset: 0, limit: 10 });
    assert.equal(found.total, place % 6 === 0 ? 1 : 0);
    const [order] = found.orders;
    if (order === undefined) continue;
    assert.deepEqual([order.subscriberId, order.id], [id, `wo-${old}.${state.risk.episode}`]);
    assert.equal(await redis.hget(`${TO}{orders}:episode`, `${id}#${order.episode}`), order.id);
  }
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const { seq, nextOffset, record } = await store.acquire(partition, randomUUID());
    assert.deepEqual([seq, nextOffset], [0, END_OFFSET]);
    const { counts, time, sweep } = parsePartitionRecord(record ?? '');
    const was = parsePartitionRecord(
      (await createPartitionStore(redis, FROM, PARTITIONS).readPosition(partition)).record ?? '',
    );
    assert.deepEqual({ time, sweep }, { time: was.time, sweep: was.sweep });
    assert.equal(counts.folded, was.counts.folded, 'what the log brought stays with its partition');
    assert.equal(counts.subscribers, LIST.filter((number) => partitionOf(newId(number)) === partition).length);
  }
  const now = await dumpOf(redis, TO);
  for (const key of ['{intake}:files:top-ups', '{intake}:progress:top-ups', 'log-witnesses', '{p1}:quality:1']) {
    assert.deepEqual(now.get(key), before.get(key), key);
  }
  assert.deepEqual(now.get('{orders}:positions'), before.get('{orders}:positions'));
});

test('a move that is cut off anywhere is refused by services, and ends in the same when it is run again', async (t) => {
  const redis = await openFilled(t);
  assert.equal((await rekey(redis, { to: 'undisturbed:' })).type, 'done');
  const undisturbed = await dumpOf(redis, 'undisturbed:');
  await reopenPartitions(redis, FROM, PARTITIONS, { word: retirementWord('undisturbed:') });
  const commands = { left: Infinity, sent: 0 };
  const counted = dyingRedis(redis, commands);
  assert.equal((await rekey(counted, { to: 'counted:' })).type, 'done');
  const all = commands.sent;
  await reopenPartitions(redis, FROM, PARTITIONS, { word: retirementWord('counted:') });
  let refused = 0;
  for (let place = 0; place < 8; place++) {
    commands.left = Math.floor((all * (place + 0.5)) / 8);
    // By turns with lists of which one lacks somebody, whose state must not stay behind.
    const list = place % 2 === 0 ? LIST.slice(1) : LIST;
    const dead = rekey(counted, { leaveUnlisted: true }, list);
    await assert.rejects(dead, /cut off/);
    const known = await redis.hget(`${TO}{p0}:control`, 'partitions');
    if (known === null) continue;
    await assert.rejects(requirePartitionCount(redis, TO, PARTITIONS), PartitionCountError);
    refused++;
  }
  assert.ok(refused >= 3, `${refused} of the attempts had begun to write`);
  assert.equal((await rekey(redis)).type, 'done');
  const found = await dumpOf(redis, TO);
  assert.deepEqual([...found.keys()], [...undisturbed.keys()]);
  assert.deepEqual(found, undisturbed);
  await requirePartitionCount(redis, TO, PARTITIONS);
  assert.deepEqual(await rekey(redis), { type: 'done-before' });
});

test('nothing is written while anything moves, for each thing that may', async (t) => {
  const redis = await openFilled(t);
  const behind = boundsAtRest.input().set(1, { lowOffset: 0n, endOffset: END_OFFSET + 1n });
  const unread = boundsAtRest.alerts().set(2, { lowOffset: 0n, endOffset: 10n });
  assert.match(reasonsOf(await rekey(redis, { boundsOfInput: () => Promise.resolve(behind) })), /1 records of the log/);
  assert.match(
    reasonsOf(await rekey(redis, { boundsOfAlerts: () => Promise.resolve(unread) })),
    /1 alerts are no orders/,
  );
  await redis.rpush(`${FROM}{p2}:outbox`, 'an alert');
  assert.match(reasonsOf(await rekey(redis)), /partition 2: 1 entries/);
  await redis.del(`${FROM}{p2}:outbox`);
  await redis.xadd(`${FROM}{orders}:outbox`, '*', 'notice', 'of an order');
  assert.match(reasonsOf(await rekey(redis)), /1 notices/);
  await redis.del(`${FROM}{orders}:outbox`);
  await redis.set(`${FROM}{intake}:lease:top-ups`, 'somebody');
  assert.match(reasonsOf(await rekey(redis)), /feed top-ups/);
  assert.equal((await dumpOf(redis, TO)).size, 0);
});

test('a scorer or a desk that was forgotten is noticed, and the new keyspace stays refused', async (t) => {
  const redis = await openFilled(t);
  let told = 0;
  const disturb = (work: () => Promise<unknown>): Partial<RekeyDeps> => ({
    boundsOfInput: async () => {
      told++;
      // The first two questions come before anything is moved.
      if (told === 3) await work();
      return boundsAtRest.input();
    },
  });
  const store = createPartitionStore(redis, FROM, PARTITIONS);
  const taken = await rekey(
    redis,
    disturb(() => store.acquire(1, randomUUID())),
  );
  assert.match(reasonsOf(taken), /partition 1 was taken over meanwhile/);
  told = 0;
  const desk = createRedisOrderStore(redis, FROM);
  const [order] = (await desk.list({ offset: 0, limit: 1 })).orders;
  assert.ok(order);
  await redis.hset(`${FROM}{orders}:version`, order.id, '1');
  const changed = await rekey(
    redis,
    disturb(() => redis.hset(`${FROM}{orders}:version`, order.id, '2')),
  );
  assert.match(reasonsOf(changed), /retention still runs/);
  await assert.rejects(requirePartitionCount(redis, TO, PARTITIONS), PartitionCountError);
});

test('who is not on the list stops the move, or keeps the old name where that is wanted', async (t) => {
  const redis = await openFilled(t);
  const [missing = '', ...rest] = LIST;
  const refused = await rekey(redis, {}, rest);
  assert.match(reasonsOf(refused), /^1 subscribers are not on the list, such as a-/);
  assert.ok(!reasonsOf(refused).includes(missing), 'nobody is told by number');
  assert.equal((await dumpOf(redis, TO)).size, 0);
  const left = await rekey(redis, { leaveUnlisted: true }, rest);
  assert.equal(left.type, 'done');
  const id = oldId(missing);
  const store = createPartitionStore(redis, TO, PARTITIONS);
  const [stored] = await store.readStates(partitionOf(id), [id]);
  assert.ok(stored);
  const orders = createRedisOrderStore(redis, TO);
  assert.equal((await orders.list({ subscriberId: id, offset: 0, limit: 1 })).total, 1);
});

test('a wrong key, a wrong list or a keyspace in use are refused before anything is written', async (t) => {
  const redis = await openFilled(t);
  const strangers = numbers(200).slice(100);
  assert.match(
    reasonsOf(await rekey(redis, { leaveUnlisted: true }, strangers)),
    /none of the subscribers is on the list/,
  );
  await fillKeyspace(redis, TO, LIST);
  assert.match(reasonsOf(await rekey(redis)), /is in use/);
  assert.match(reasonsOf(await rekey(redis, { from: 'empty:', to: 'free:' })), /./);
  assert.equal((await dumpOf(redis, 'free:')).size, 0);
});

test('a dry run checks and counts the same, and writes nothing, not even who owns a partition', async (t) => {
  const redis = await openFilled(t);
  const owner = await redis.hget(`${FROM}{p0}:control`, 'owner');
  const result = await rekey(redis, { isDry: true });
  assert.ok(result.type === 'done');
  assert.equal(result.books.membership.moved, LIST.length);
  assert.equal(await redis.hget(`${FROM}{p0}:control`, 'owner'), owner);
  assert.equal((await dumpOf(redis, TO)).size, 0);
});
