import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createCivilCalendar } from '../../services/core/time/civil-calendar.ts';
import type { FetchedBatch, NextRead } from '../../services/platform/kafka/partition-consumer.ts';
import { LostEventsError, OutboxRefusedError, holdPartitions } from '../../services/scorer/hold-partitions.ts';
import type { HeldPartitions } from '../../services/scorer/hold-partitions.ts';
import type { InputRecord } from '../../services/scorer/ports.ts';
import { createFakeModel } from '../support/fake-model.ts';
import { toInputRecord } from '../support/input-log.ts';
import { createMemoryPartitionStore, createMemoryServer } from '../support/memory-partition-store.ts';
import type { MemoryPartitionStore, MemoryServer } from '../support/memory-partition-store.ts';
import { sampleCall, sampleEvent } from '../support/sample-events.ts';
import { samplePolicy } from '../support/sample-policy.ts';

const START_MS = Date.UTC(2026, 1, 10);

interface Bench {
  readonly held: HeldPartitions;
  readonly store: MemoryPartitionStore;
  readonly server: MemoryServer;
  /** The log as Kafka holds it. */
  readonly bounds: { low: bigint; end: bigint };
  readonly fenced: string[];
  readonly published: string[];
  readonly processed: number[];
  failPublishing: Error | undefined;
  /** Whether what was published could be taken out of the outbox. */
  isTrimmed: boolean;
  readonly firstRefusal: PromiseWithResolvers<undefined>;
  readonly publishedAgain: PromiseWithResolvers<undefined>;
  /** What was told of publishing, in order. */
  readonly told: string[];
}

function openBench(sliceRecords = 1_000, server = createMemoryServer()): Bench {
  const store = createMemoryPartitionStore(1, server);
  const policy = samplePolicy();
  const bench: Bench = {
    store,
    server,
    bounds: { low: 0n, end: 1_000n },
    fenced: [],
    published: [],
    processed: [],
    failPublishing: undefined,
    isTrimmed: true,
    firstRefusal: Promise.withResolvers(),
    publishedAgain: Promise.withResolvers(),
    told: [],
    held: holdPartitions({
      topic: 'input',
      store,
      offsets: {
        boundsOf: () => Promise.resolve({ lowOffset: bench.bounds.low, endOffset: bench.bounds.end }),
      },
      worker: {
        store,
        model: createFakeModel(() => 0.1),
        policy,
        calendar: createCivilCalendar(policy.timeZone),
        park: () => Promise.resolve(),
        partitionOf: () => 0,
        commitLimit: 1_000,
        knownLimit: 1_000,
      },
      sliceRecords,
      publish({ owner }) {
        bench.published.push(owner);
        return bench.failPublishing === undefined
          ? Promise.resolve(bench.isTrimmed)
          : Promise.reject(bench.failPublishing);
      },
      newOwner: randomUUID,
      pause: () => nextTurn(),
      onPublishFailed: () => {
        bench.told.push('refused');
        bench.firstRefusal.resolve(undefined);
      },
      onPublishedAgain: () => {
        bench.told.push('published again');
        bench.publishedAgain.resolve(undefined);
      },
      onProcessed(_partition, { before, after }) {
        bench.processed.push(after.counts.folded - before.counts.folded);
      },
      onFenced: (_partition, detail) => void bench.fenced.push(detail),
      onAcquireFailed: () => undefined,
    }),
  };
  return bench;
}

function records(from: number, to: number): InputRecord[] {
  return Array.from({ length: to - from }, (_, i) =>
    toInputRecord(sampleEvent(sampleCall(), START_MS + (from + i) * 1_000, { eventId: `e${from + i}` }), from + i),
  );
}

function batch(list: readonly InputRecord[], changes: Partial<FetchedBatch> = {}): FetchedBatch {
  return {
    partition: 0,
    records: list,
    fetchedFrom: list[0]?.offset ?? 0n,
    nextOffset: (list.at(-1)?.offset ?? -1n) + 1n,
    endOffset: 1_000n,
    heartbeat: () => Promise.resolve(),
    isCurrent: () => true,
    ...changes,
  };
}

function folded(store: MemoryPartitionStore): number {
  const { record } = store.dump(0);
  if (record === undefined) return 0;
  const parsed: unknown = JSON.parse(record);
  assert.ok(typeof parsed === 'object' && parsed !== null && 'counts' in parsed);
  const { counts } = parsed;
  assert.ok(typeof counts === 'object' && counts !== null && 'folded' in counts);
  return Number(counts.folded);
}

describe('Redis decides where reading begins', () => {
  const cases: readonly (readonly [name: string, from: number, to: number, answer: NextRead, folded: number])[] = [
    ['a batch that begins there is processed', 100, 200, { type: 'continue-at', offset: 200n }, 200],
    ['of a batch that begins before it the rest is processed', 50, 150, { type: 'continue-at', offset: 150n }, 150],
    ['a batch of its last record alone is processed', 50, 101, { type: 'continue-at', offset: 101n }, 101],
    ['a batch that ends before it is answered with a seek', 50, 100, { type: 'seek', offset: 100n }, 100],
    ['a batch from far before is answered with a seek', 0, 10, { type: 'seek', offset: 100n }, 100],
    ['a batch from beyond is answered with a seek', 150, 200, { type: 'seek', offset: 100n }, 100],
  ];
  for (const [name, from, to, answer, count] of cases) {
    test(name, async () => {
      const bench = openBench();
      await bench.held.handle(batch(records(0, 100)));
      bench.held.assign([]);
      assert.deepEqual(await bench.held.handle(batch(records(from, to))), answer);
      assert.equal(folded(bench.store), count);
      assert.equal(bench.store.dump(0).nextOffset, answer.offset);
    });
  }
});

test('with nothing in Redis, reading begins where the log begins', async () => {
  const bench = openBench();
  bench.bounds.low = 40n;
  assert.deepEqual(await bench.held.handle(batch(records(60, 70))), { type: 'seek', offset: 40n });
  assert.deepEqual(await bench.held.handle(batch(records(40, 70))), { type: 'continue-at', offset: 70n });
});

test('an empty batch changes nothing', async () => {
  const bench = openBench();
  assert.deepEqual(await bench.held.handle(batch([])), { type: 'continue-at', offset: 0n });
  assert.equal(bench.store.dump(0).seq, 0);
});

test('a hole in the log is passed, as what was asked for begins before it', async () => {
  const bench = openBench();
  await bench.held.handle(batch(records(0, 10)));
  const behindHole = batch(records(15, 20), { fetchedFrom: 10n });
  assert.deepEqual(await bench.held.handle(behindHole), { type: 'continue-at', offset: 20n });
  assert.equal(folded(bench.store), 15);
});

test('no record is skipped where batches from beyond come again and again', async () => {
  const bench = openBench();
  await bench.held.handle(batch(records(0, 10)));
  for (let times = 0; times < 3; times++) {
    assert.deepEqual(await bench.held.handle(batch(records(15, 20))), { type: 'seek', offset: 10n });
  }
  const [one, other] = [bench.held.handle(batch(records(15, 20))), bench.held.handle(batch(records(17, 20)))];
  assert.deepEqual(await Promise.all([one, other]), [
    { type: 'seek', offset: 10n },
    { type: 'seek', offset: 10n },
  ]);
  assert.equal(folded(bench.store), 10);
});

test('whoever was overtaken asks Redis before it says that events are lost', async () => {
  const bench = openBench();
  await bench.held.handle(batch(records(0, 10)));
  const other = openBench(1_000, bench.server);
  await other.held.handle(batch(records(10, 20)));
  bench.bounds.low = 15n;
  assert.deepEqual(await bench.held.handle(batch(records(20, 30))), { type: 'seek', offset: 20n });
  assert.deepEqual(await bench.held.handle(batch(records(20, 30))), { type: 'continue-at', offset: 30n });
});

test('whoever asks for the position while a commit is refused is not told to go on behind what was refused', async () => {
  const bench = openBench();
  await bench.held.handle(batch(records(0, 10)));
  await openBench(1_000, bench.server).held.positionOf(0);
  const answered = Promise.withResolvers<undefined>();
  const { store } = bench;
  const readPosition = store.readPosition.bind(store);
  store.readPosition = async (partition) => {
    await answered.promise;
    return readPosition(partition);
  };
  const position = bench.held.positionOf(0);
  assert.deepEqual(await bench.held.handle(batch(records(10, 20))), { type: 'seek', offset: 10n });
  answered.resolve(undefined);
  assert.equal(await position, 10n);
});

test('who finds at publishing that another is the owner takes the partition anew, and does not send again and again', async () => {
  const bench = openBench();
  bench.isTrimmed = false;
  bench.held.assign([0]);
  await bench.held.positionOf(0);
  await nextTurn();
  bench.isTrimmed = true;
  await bench.held.positionOf(0);
  await bench.held.settled();
  assert.equal(new Set(bench.published).size, 2, 'two owners, one after the other');
});

test('what Redis lost is read again, also from an offset that was sought before: no event is skipped', async () => {
  const { held, server, store } = openBench();
  await held.handle(batch(records(0, 10)));
  const kept = structuredClone(server.partitions.get(0)) ?? assert.fail('nothing is kept');
  assert.deepEqual(await held.handle(batch(records(15, 20))), { type: 'seek', offset: 10n });
  await held.handle(batch(records(10, 20)));
  server.partitions.set(0, kept);
  assert.deepEqual(await held.handle(batch(records(20, 30))), { type: 'seek', offset: 20n }, 'refused');
  assert.deepEqual(await held.handle(batch(records(20, 30))), { type: 'seek', offset: 10n });
  await held.handle(batch(records(10, 30)));
  assert.equal(folded(store), 30);
});

test('events that are gone from Kafka are refused loudly, and nothing is written', async () => {
  const bench = openBench();
  await bench.held.handle(batch(records(0, 10)));
  const before = bench.store.dump(0);
  bench.bounds.low = 11n;
  await assert.rejects(bench.held.handle(batch(records(11, 20))), LostEventsError);
  bench.held.assign([]);
  await assert.rejects(bench.held.handle(batch(records(11, 20))), LostEventsError);
  assert.deepEqual(bench.store.dump(0), before);
});

test('a log that begins exactly at the next offset, or is read to its end, has lost nothing', async () => {
  const bench = openBench();
  await bench.held.handle(batch(records(0, 10)));
  bench.held.assign([]);
  bench.bounds.low = 10n;
  assert.deepEqual(await bench.held.handle(batch(records(10, 20))), { type: 'continue-at', offset: 20n });
  bench.held.assign([]);
  bench.bounds.end = 20n;
  assert.deepEqual(await bench.held.handle(batch(records(10, 20))), { type: 'seek', offset: 20n });
});

test('a log that ends before the next offset is another log, and refused', async () => {
  const bench = openBench();
  await bench.held.handle(batch(records(0, 10)));
  bench.held.assign([]);
  bench.bounds.end = 9n;
  await assert.rejects(bench.held.handle(batch(records(0, 9))), LostEventsError);
});

test('whoever lost a partition to another is told to go back, and takes it anew with the next batch', async () => {
  const bench = openBench();
  await bench.held.handle(batch(records(0, 10)));
  await bench.store.acquire(0, 'another');
  assert.deepEqual(await bench.held.handle(batch(records(10, 20))), { type: 'seek', offset: 10n });
  assert.equal(bench.fenced.length, 1);
  assert.equal(folded(bench.store), 10);
  assert.deepEqual(await bench.held.handle(batch(records(10, 20))), { type: 'continue-at', offset: 20n });
  assert.equal(folded(bench.store), 20);
});

test('whoever is no member of the group any more does not take a lost partition back', async () => {
  const bench = openBench();
  await bench.held.handle(batch(records(0, 10)));
  await bench.store.acquire(0, 'another');
  const heartbeat = (): Promise<void> => Promise.reject(new Error('rebalance'));
  await assert.rejects(bench.held.handle(batch(records(10, 20), { heartbeat })), /rebalance/);
  assert.equal(folded(bench.store), 10);
});

test('a batch is worked on in slices with a heartbeat after each, and left when it is no longer current', async () => {
  const bench = openBench(10);
  let beats = 0;
  const sliced = batch(records(0, 45), {
    heartbeat: () => {
      beats++;
      return Promise.resolve();
    },
    isCurrent: () => beats < 3,
  });
  assert.deepEqual(await bench.held.handle(sliced), { type: 'continue-at', offset: 30n });
  assert.deepEqual(bench.processed, [10, 10, 10]);
  assert.equal(beats, 3);
  assert.deepEqual(await bench.held.handle(batch(records(0, 45))), { type: 'continue-at', offset: 45n });
});

test('a partition just taken publishes what its predecessor left behind', async () => {
  const bench = openBench();
  await bench.held.handle(batch(records(0, 10)));
  bench.held.assign([]);
  await bench.held.handle(batch(records(10, 20)));
  await bench.held.settled();
  assert.equal(bench.published.length, 2);
  assert.equal(new Set(bench.published).size, 2);
});

test('a partition assigned publishes what its predecessor left behind, even if no event comes any more', async () => {
  const bench = openBench();
  bench.held.assign([0]);
  await bench.held.settled();
  assert.equal(bench.published.length, 1);
});

test('while Kafka refuses what waits in the outbox nothing more is read, and work goes on once it takes it', async () => {
  const bench = openBench();
  const refusal = new Error('broker is down');
  bench.failPublishing = refusal;
  bench.held.assign([0]);
  await bench.firstRefusal.promise;
  const waiting = batch(records(0, 10));
  await assert.rejects(
    bench.held.handle(waiting),
    (error) => error instanceof OutboxRefusedError && error.cause === refusal,
  );
  assert.deepEqual(bench.processed, []);
  bench.failPublishing = undefined;
  await bench.publishedAgain.promise;
  assert.deepEqual(await bench.held.handle(waiting), { type: 'continue-at', offset: 10n });
});

test('a refused outbox is told to be well again when whoever holds the partition next has published it', async () => {
  const bench = openBench();
  bench.failPublishing = new Error('refused');
  await bench.held.handle(batch(records(0, 2)));
  await bench.firstRefusal.promise;
  bench.failPublishing = undefined;
  bench.held.assign([0]);
  await bench.publishedAgain.promise;
  // The former holding tries once more, finds that it holds nothing, and has nothing to say.
  bench.failPublishing = new Error('refused');
  await nextTurn();
  await nextTurn();
  assert.deepEqual(bench.told, ['refused', 'published again']);
  await bench.held.settled();
});

test('a batch is left at the end of its slice when Kafka has refused what came of it', async () => {
  const bench = openBench(10);
  bench.failPublishing = new Error('broker is down');
  const heartbeat = (): Promise<void> => bench.firstRefusal.promise;
  bench.held.assign([0]);
  // The refusal of what a predecessor left behind comes while the first slice is in work.
  const answer = await bench.held.handle(batch(records(0, 45), { heartbeat }));
  assert.deepEqual(answer, { type: 'continue-at', offset: 10n });
  bench.failPublishing = undefined;
  await bench.publishedAgain.promise;
  assert.deepEqual(await bench.held.handle(batch(records(0, 45))), { type: 'continue-at', offset: 45n });
});
