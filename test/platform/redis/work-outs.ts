import { decide, openOrder } from '../../../services/core/work-orders/decide.ts';
import { noticeOf, noticesOf } from '../../../services/core/work-orders/order-notice.ts';
import { createFeedLease } from '../../../services/intake/positions/feed-lease.ts';
import { createFilePositions } from '../../../services/intake/positions/file-positions.ts';
import type { FilePosition } from '../../../services/intake/positions/file-positions.ts';
import { intakeKeys } from '../../../services/intake/positions/intake-keys.ts';
import { createTopicPositions } from '../../../services/intake/positions/topic-positions.ts';
import { createLogWitnesses } from '../../../services/platform/redis/log-witnesses.ts';
import { createPartitionStore, requirePartitionCount } from '../../../services/platform/redis/partition-store.ts';
import { probeRedis } from '../../../services/platform/redis/probe-redis.ts';
import type { RedisClient } from '../../../services/platform/redis/redis-client.ts';
import { requireUrlToFit } from '../../../services/platform/redis/server-mode.ts';
import { unfitSettingsOf } from '../../../services/platform/redis/unfit-settings.ts';
import { createRedisOrderStore } from '../../../services/retention/redis/redis-order-store.ts';
import { createRedisPositions } from '../../../services/retention/redis/redis-positions.ts';
import { sampleAlert, sampleScore } from '../../support/sample-alert.ts';
import type { ServiceName } from './shipped-users.ts';

/** Each thing that a service does with Redis, by the adapters that do it there, as steps that follow one another. */
export type WorkOut = (redis: RedisClient) => AsyncGenerator<string>;

const PARTITIONS = 2;
const bytes = (text: string): Uint8Array => Buffer.from(text);

async function* startAsEveryService(redis: RedisClient): AsyncGenerator<string> {
  await requireUrlToFit(redis);
  yield 'asked for its mode';
  await probeRedis(redis, '');
  yield 'probed';
  await unfitSettingsOf(redis);
  yield 'settings read';
}

async function witness(redis: RedisClient, topic: string): Promise<void> {
  const witnesses = createLogWitnesses(redis, '');
  await witnesses.write(topic, 'witness');
  await witnesses.read(topic);
}

async function* workAsScorer(redis: RedisClient): AsyncGenerator<string> {
  yield* startAsEveryService(redis);
  await requirePartitionCount(redis, '', PARTITIONS);
  await witness(redis, 'log');
  const store = createPartitionStore(redis, '', PARTITIONS);
  const { seq } = await store.acquire(0, 'owner');
  yield 'acquired';
  await store.commit(0, {
    owner: 'owner',
    expectedSeq: seq,
    nextOffset: 10n,
    record: 'record',
    states: [{ subscriberId: 's1', value: bytes('state') }],
    outbox: [bytes('entry')],
    wheel: [{ subscriberId: 's1', slotOfDay: 7 }],
    bands: [
      { subscriberId: 's1', band: 'high' },
      { subscriberId: 's2', band: 'low' },
    ],
    qualityHours: [{ place: 3, value: bytes('hour') }],
  });
  yield 'committed';
  await store.readStates(0, ['s1']);
  await store.readWheel(0, [{ slotOfDay: 7, from: 0 }], 10);
  await store.trimOutbox(0, 'owner', await store.readOutbox(0, 10));
  yield 'outbox trimmed';
}

async function* workAsRetention(redis: RedisClient): AsyncGenerator<string> {
  yield* startAsEveryService(redis);
  await requirePartitionCount(redis, '', PARTITIONS);
  await witness(redis, 'log');
  const states = createPartitionStore(redis, '', PARTITIONS);
  await Promise.all([states.readPosition(0), states.readStates(0, ['s1']), states.readQualityHours(0, [3])]);
  await Promise.all([states.listBand(0, 'high', '', 10), states.countBand(0, 'high')]);
  yield 'states read';
  const store = createRedisOrderStore(redis, '');
  const opened = openOrder(sampleAlert({ score: sampleScore({ subscriberId: 's1' }) }), 1_000, 5_000);
  const { order } = opened;
  await store.create(order, noticeOf(undefined, opened));
  yield 'order created';
  const started = decide(order, [{ type: 'start' }], 2_000);
  await store.update(order, started.ok ? noticesOf(order, started.value) : []);
  yield 'order changed';
  await Promise.all([store.get(order.id), store.list({ offset: 0, limit: 10 }), store.list({ offset: 0, limit: 0 })]);
  await Promise.all([
    store.openDueBefore(Number.MAX_SAFE_INTEGER, { offset: 0, limit: 10 }),
    store.countOpenDueBefore(1),
    store.outboxLength(),
  ]);
  const [first, second] = await store.readOutbox(10);
  await store.parkOutboxEntry(first?.entryId ?? '0-1');
  await store.trimOutbox([second?.entryId ?? '0-1']);
  yield 'outbox trimmed';
  const positions = createRedisPositions(redis, '', { boundsOf: () => Promise.reject(new Error('not asked for')) })(
    'alerts',
  );
  const { serverLife } = await positions.read(0);
  await positions.write(0, 5n, serverLife);
  yield 'position kept';
}

async function* workAsIntake(redis: RedisClient): AsyncGenerator<string> {
  yield* startAsEveryService(redis);
  const lease = createFeedLease(redis, intakeKeys('', 'feed').lease);
  const held = await lease.tryAcquire();
  if (held === undefined) throw new Error('the lease is held');
  try {
    await createFeedLease(redis, intakeKeys('', 'feed').lease).tryAcquire();
    yield 'lease held';
    const files = createFilePositions(redis, '', 'feed');
    await files.writeFile(held.token, 'digest', FILE, { markMs: 1 });
    yield 'file position kept';
    await files.writeProgress(held.token, { markMs: 2 });
    await files.writeKnownFile('path', { size: 1, modifiedMs: 1, digest: 'digest' });
    await Promise.all([
      files.readProgress(),
      files.readFile('digest'),
      files.readDone(['digest']),
      files.readKnownFiles(['path']),
    ]);
    await files.prune(new Set(), 0);
    yield 'files pruned';
    const topic = createTopicPositions(redis, '', 'feed', 'topic');
    await topic.advance(0, 5n, { rejectsBytes: 0 });
    await topic.raiseMark(5);
    await Promise.all([topic.read(0), topic.readMark()]);
    yield 'topic position kept';
    // As the lease is prolonged every few seconds.
    await redis.pexpire(intakeKeys('', 'feed').lease, 12_000);
  } finally {
    await held.release();
  }
}

const FILE: FilePosition = {
  name: 'a.csv',
  mappingId: 'm',
  rows: 1,
  sent: 1,
  skipped: 0,
  rejected: 0,
  rejectsFile: '',
  rejectsBytes: 0,
  done: true,
};

export const workOuts: Readonly<Record<ServiceName, WorkOut>> = {
  scorer: workAsScorer,
  retention: workAsRetention,
  intake: workAsIntake,
};
