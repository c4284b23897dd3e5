import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import {
  PartitionCountError,
  createPartitionStore,
  requirePartitionCount,
} from '../../services/platform/redis/partition-store.ts';
import { TakenOverError } from '../../services/rekey/held-lock.ts';
import { reopenPartitions, retirementWord } from '../../services/rekey/retirement.ts';
import { PARTITIONS, dumpOf } from './filled-keyspace.ts';
import { FROM, TO, dyingRedis, openFilled, pausingRedis, reasonsOf, rekey } from './small-rekey.ts';

test('a run that slept while another one came to its end writes nothing into the keyspace that services have', async (t) => {
  const redis = await openFilled(t);
  const commands = { left: Infinity, sent: 0 };
  assert.equal((await rekey(dyingRedis(redis, commands), { to: 'counted:' })).type, 'done');
  await reopenPartitions(redis, FROM, PARTITIONS, { word: retirementWord('counted:') });
  const undisturbed = await dumpOf(redis, 'counted:');
  let asleep = 0;
  for (let place = 0; place < 6; place++) {
    let found: string | undefined;
    const other = async (): Promise<void> => {
      found = (await rekey(redis)).type;
      const store = createPartitionStore(redis, TO, PARTITIONS);
      if (found === 'done') await store.acquire(0, 'a scorer');
    };
    const sleeping = pausingRedis(redis, Math.floor((commands.sent * (place + 0.5)) / 6), other);
    await rekey(sleeping).then(
      // It slept before its first write, or after its last.
      (result) => {
        assert.notEqual(result.type, 'done');
      },
      (error: unknown) => {
        assert.ok(error instanceof TakenOverError || error instanceof PartitionCountError, String(error));
        asleep++;
      },
    );
    assert.ok(found !== undefined, 'it came to the place');
    if (found !== 'done') continue;
    await requirePartitionCount(redis, TO, PARTITIONS);
    await assert.rejects(requirePartitionCount(redis, FROM, PARTITIONS), /is retired/);
    assert.equal(await redis.hget(`${TO}{p0}:control`, 'owner'), 'a scorer');
    const now = await dumpOf(redis, TO);
    for (const lock of ['{orders}:rekey', '{intake}:rekey']) now.delete(lock);
    assert.deepEqual(now, undisturbed);
    for (const key of await redis.keys(`${TO}*`)) await redis.del(key);
    await reopenPartitions(redis, FROM, PARTITIONS, { word: retirementWord(TO) });
  }
  assert.ok(asleep >= 3, `${asleep} runs slept amid their writes`);
});

test('a scorer that was started on the new keyspace before it was locked can neither take a partition nor commit', async (t) => {
  const redis = await openFilled(t);
  const early = createPartitionStore(redis, TO, PARTITIONS);
  await requirePartitionCount(redis, TO, PARTITIONS);
  const seen: unknown[] = [];
  const groupsWithMembers = async (): Promise<[]> => {
    seen.push(await early.acquire(0, randomUUID()).catch((error: unknown) => error));
    return [];
  };
  assert.equal((await rekey(redis, { groupsWithMembers })).type, 'done');
  assert.ok(
    seen.length > 0 && seen.every((error) => error instanceof PartitionCountError),
    'while all was looked at, and at the end',
  );
});

test('a keyspace that a scorer has taken since it was found empty is left to it', async (t) => {
  const redis = await openFilled(t);
  const early = createPartitionStore(redis, TO, PARTITIONS);
  const owner = randomUUID();
  // Eight commands look at the two keyspaces: controls and the desk of the new one, controls of the old one.
  const disturbed = pausingRedis(redis, 2 * PARTITIONS + 1, () => early.acquire(PARTITIONS - 1, owner));
  assert.match(reasonsOf(await rekey(disturbed)), /has come into use/);
  assert.equal(await redis.hget(`${TO}{p2}:control`, 'owner'), owner);
  assert.deepEqual([...(await dumpOf(redis, TO)).keys()], ['{p2}:control']);
});
