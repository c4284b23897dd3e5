import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { formatPartitionRecord } from '../../services/core/partition/partition-record.ts';
import { parsePartitionRecord } from '../../services/core/partition/partition-record.ts';
import { encodeSubscriber } from '../../services/core/subscriber/subscriber-codec.ts';
import { createPartitionStore } from '../../services/platform/redis/partition-store.ts';
import { END_OFFSET, PARTITIONS, dumpOf, newId, oldId, partitionOf, stateOf } from './filled-keyspace.ts';
import { FROM, LIST, TO, openFilled, reasonsOf, rekey } from './small-rekey.ts';

test('two histories under one new id are refused before anything is written, and nobody is lost in the other', async (t) => {
  const redis = await openFilled(t);
  const store = createPartitionStore(redis, FROM, PARTITIONS);
  // As intake does that was started under the new key too early.
  const [number = ''] = LIST;
  const id = newId(number);
  const partition = partitionOf(id);
  const owner = randomUUID();
  const { seq, record } = await store.acquire(partition, owner);
  const value = encodeSubscriber(stateOf(1, newId, LIST)).slice();
  await store.commit(partition, {
    owner,
    expectedSeq: seq,
    nextOffset: END_OFFSET,
    record: formatPartitionRecord(parsePartitionRecord(record ?? '')),
    states: [{ subscriberId: id, value }],
    outbox: [],
    wheel: [{ subscriberId: id, slotOfDay: 3 }],
    bands: [],
    qualityHours: [],
  });
  for (const isDry of [true, false]) {
    const reasons = reasonsOf(await rekey(redis, { isDry }));
    assert.match(reasons, /^1 subscribers would get an id that another one has, such as b-/);
    assert.ok(!reasons.includes(number));
  }
  assert.equal((await dumpOf(redis, TO)).size, 0);
  assert.equal(await redis.hget(`${FROM}{p${partition}}:control`, 'owner'), owner, 'and nobody was fenced off');

  const left = await rekey(redis, { leaveUnlisted: true }, LIST.slice(1));
  assert.equal(left.type, 'done', 'both keep the ids that they have');
  const now = createPartitionStore(redis, TO, PARTITIONS);
  const [early] = await now.readStates(partition, [id]);
  assert.deepEqual(Buffer.from(early ?? []), Buffer.from(value));
  const [former] = await now.readStates(partitionOf(oldId(number)), [oldId(number)]);
  assert.ok(former);
});
