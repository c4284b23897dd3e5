import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PartitionCountError } from '../../services/platform/redis/partition-store.ts';
import type { PartitionCommit, PartitionStore } from '../../services/platform/redis/partition-store.ts';

/** Opens stores on one server that begins empty: `open` may be called again, with the count that the caller knows. */
export interface StoreServer {
  open(partitionCount: number): PartitionStore;
}

const PARTITION = 1;
const COUNT = 3;

/** What every partition store promises. `start` gives an empty server. */
export function partitionStoreContract(name: string, start: () => Promise<StoreServer>): void {
  const open = async (): Promise<PartitionStore> => (await start()).open(COUNT);

  test(`${name}: a partition never written is empty`, async () => {
    const store = await open();
    assert.deepEqual(await store.readPosition(PARTITION), { nextOffset: undefined, record: undefined });
    assert.deepEqual(await store.acquire(PARTITION, 'A'), { seq: 0, nextOffset: undefined, record: undefined });
    assert.deepEqual(await store.readStates(PARTITION, []), []);
    assert.deepEqual(await store.readStates(PARTITION, ['s1', 's2']), [undefined, undefined]);
    assert.deepEqual(await wheelSlot(store, 0, 0, 10), []);
    assert.deepEqual(await store.readOutbox(PARTITION, 10), []);
    assert.deepEqual(await store.listBand(PARTITION, 'high', '', 10), []);
    assert.deepEqual(await store.readQualityHours(PARTITION, []), []);
    assert.deepEqual(await store.readQualityHours(PARTITION, [0, 191]), [undefined, undefined]);
  });

  test(`${name}: all of a commit is there afterwards, and for the next owner too`, async () => {
    const store = await open();
    await store.acquire(PARTITION, 'A');
    const written = sampleCommit({ owner: 'A', nextOffset: 2n ** 53n + 1n, record: '{"转网":1}' });
    assert.equal(await store.commit(PARTITION, written), 'committed');
    assert.deepEqual(await contentOf(store), {
      states: [Uint8Array.of(1, 2), undefined, Uint8Array.of(3)],
      wheel: ['s1', 's3'],
      outbox: [Uint8Array.of(9)],
      high: ['s1'],
      medium: ['s3'],
      position: { nextOffset: 2n ** 53n + 1n, record: '{"转网":1}' },
      count: 1,
      qualityHours: [Uint8Array.of(6, 7), undefined, Uint8Array.of(5)],
    });
    assert.deepEqual(await store.acquire(PARTITION, 'B'), {
      seq: 1,
      nextOffset: 2n ** 53n + 1n,
      record: '{"转网":1}',
    });
  });

  test(`${name}: whoever lost the partition writes nothing any more`, async () => {
    const store = await open();
    await store.acquire(PARTITION, 'A');
    await store.commit(PARTITION, sampleCommit({ owner: 'A' }));
    await store.acquire(PARTITION, 'B');
    const before = await contentOf(store);
    assert.equal(await store.commit(PARTITION, otherCommit({ owner: 'A', expectedSeq: 1 })), 'not-owner');
    assert.equal(await store.commit(PARTITION, otherCommit({ owner: 'A', expectedSeq: 0 })), 'not-owner');
    assert.deepEqual(await contentOf(store), before);
    assert.equal(await store.commit(PARTITION, otherCommit({ owner: 'B', expectedSeq: 1 })), 'committed');
  });

  test(`${name}: nobody writes who never acquired`, async () => {
    const store = await open();
    assert.equal(await store.commit(PARTITION, sampleCommit({ owner: 'A' })), 'not-owner');
    assert.equal((await store.acquire(PARTITION, 'B')).seq, 0);
    assert.deepEqual(await store.readOutbox(PARTITION, 10), []);
  });

  test(`${name}: a commit out of its place is refused and changes nothing`, async () => {
    const store = await open();
    await store.acquire(PARTITION, 'A');
    await store.commit(PARTITION, sampleCommit({ owner: 'A' }));
    await store.commit(PARTITION, otherCommit({ owner: 'A', expectedSeq: 1 }));
    const before = await contentOf(store);
    for (const expectedSeq of [0, 3, 20]) {
      assert.equal(await store.commit(PARTITION, sampleCommit({ owner: 'A', expectedSeq })), 'out-of-sequence');
    }
    assert.deepEqual(await contentOf(store), before);
    assert.equal((await store.acquire(PARTITION, 'A')).seq, 2);
  });

  test(`${name}: a commit sent twice applies once and is answered as applied`, async () => {
    const store = await open();
    await store.acquire(PARTITION, 'A');
    const commit = sampleCommit({ owner: 'A' });
    assert.equal(await store.commit(PARTITION, commit), 'committed');
    const before = await contentOf(store);
    assert.equal(await store.commit(PARTITION, commit), 'already-committed');
    assert.deepEqual(await contentOf(store), before);
    assert.equal((await store.acquire(PARTITION, 'A')).seq, 1);
  });

  test(`${name}: a commit of the former owner that arrives after the new owner's changes nothing`, async () => {
    const store = await open();
    await store.acquire(PARTITION, 'A');
    await store.acquire(PARTITION, 'B');
    await store.commit(PARTITION, otherCommit({ owner: 'B', expectedSeq: 0 }));
    const before = await contentOf(store);
    assert.equal(await store.commit(PARTITION, sampleCommit({ owner: 'A', expectedSeq: 0 })), 'not-owner');
    assert.deepEqual(await contentOf(store), before);
  });

  test(`${name}: partitions do not see each other`, async () => {
    const store = await open();
    await store.acquire(PARTITION, 'A');
    await store.commit(PARTITION, sampleCommit({ owner: 'A' }));
    assert.deepEqual(await store.readStates(2, ['s1']), [undefined]);
    assert.deepEqual(await store.readQualityHours(2, [0]), [undefined]);
    assert.deepEqual(await store.readOutbox(2, 10), []);
    assert.deepEqual(await store.acquire(2, 'A'), { seq: 0, nextOffset: undefined, record: undefined });
    await assert.rejects(async () => store.acquire(COUNT, 'A'), PartitionCountError);
  });

  test(`${name}: the outbox keeps its order over commits`, async () => {
    const store = await open();
    await fillOutbox(store, [1, 2, 3], [4, 5]);
    assert.deepEqual(numbersOf(await store.readOutbox(PARTITION, 100)), [1, 2, 3, 4, 5]);
    assert.deepEqual(numbersOf(await store.readOutbox(PARTITION, 2)), [1, 2]);
  });

  test(`${name}: what was published is trimmed from the head, and only once`, async () => {
    const store = await open();
    await fillOutbox(store, [1, 2, 3], [4, 5]);
    const published = await store.readOutbox(PARTITION, 2);
    assert.equal(await store.trimOutbox(PARTITION, 'A', published), true);
    assert.deepEqual(numbersOf(await store.readOutbox(PARTITION, 100)), [3, 4, 5]);
    assert.equal(await store.trimOutbox(PARTITION, 'A', published), false);
    assert.deepEqual(numbersOf(await store.readOutbox(PARTITION, 100)), [3, 4, 5]);
    assert.equal(await store.trimOutbox(PARTITION, 'A', []), true);
  });

  test(`${name}: nothing is trimmed where other entries stand, fewer are there, or the owner changed`, async () => {
    const store = await open();
    await fillOutbox(store, [1, 2, 3]);
    assert.equal(await store.trimOutbox(PARTITION, 'A', [Uint8Array.of(1), Uint8Array.of(7)]), false);
    assert.equal(
      await store.trimOutbox(
        PARTITION,
        'A',
        [1, 2, 3, 4].map((n) => Uint8Array.of(n)),
      ),
      false,
    );
    const published = await store.readOutbox(PARTITION, 3);
    await store.acquire(PARTITION, 'B');
    assert.equal(await store.trimOutbox(PARTITION, 'A', published), false);
    assert.deepEqual(numbersOf(await store.readOutbox(PARTITION, 100)), [1, 2, 3]);
    assert.equal(await store.trimOutbox(PARTITION, 'B', published), true);
    assert.deepEqual(await store.readOutbox(PARTITION, 100), []);
  });

  test(`${name}: a wheel slot keeps the order of first sight and is read in parts`, async () => {
    const store = await open();
    await store.acquire(PARTITION, 'A');
    const wheel = (ids: readonly string[]): PartitionCommit['wheel'] =>
      ids.map((subscriberId, i) => ({ subscriberId, slotOfDay: i === 1 ? 287 : 5 }));
    await store.commit(PARTITION, emptyCommit({ wheel: wheel(['z', 'x', 'a']) }));
    await store.commit(PARTITION, emptyCommit({ expectedSeq: 1, wheel: wheel(['m', 'y', 'b']) }));
    assert.deepEqual(await wheelSlot(store, 5, 0, 100), ['z', 'a', 'm', 'b']);
    assert.deepEqual(await wheelSlot(store, 5, 1, 2), ['a', 'm']);
    assert.deepEqual(await wheelSlot(store, 5, 4, 2), []);
    assert.deepEqual(await wheelSlot(store, 287, 0, 100), ['x', 'y']);
  });

  test(`${name}: a subscriber is in the index of the band last written, and lists go on after an id`, async () => {
    const store = await open();
    await store.acquire(PARTITION, 'A');
    const bands = (...entries: readonly [string, 'low' | 'medium' | 'high'][]): PartitionCommit['bands'] =>
      entries.map(([subscriberId, band]) => ({ subscriberId, band }));
    await store.commit(
      PARTITION,
      emptyCommit({
        bands: bands(['b', 'high'], ['a', 'high'], ['c', 'medium'], ['转', 'high'], ['😀', 'high'], ['B', 'high']),
      }),
    );
    assert.deepEqual(await store.listBand(PARTITION, 'high', '', 10), ['B', 'a', 'b', '转', '😀']);
    assert.deepEqual(await store.listBand(PARTITION, 'high', 'a', 2), ['b', '转']);
    assert.deepEqual(await store.listBand(PARTITION, 'high', '😀', 2), []);
    await store.commit(
      PARTITION,
      emptyCommit({ expectedSeq: 1, bands: bands(['b', 'medium'], ['a', 'low'], ['c', 'low']) }),
    );
    assert.deepEqual(await store.listBand(PARTITION, 'high', '', 10), ['B', '转', '😀']);
    assert.deepEqual(await store.listBand(PARTITION, 'medium', '', 10), ['b']);
    assert.deepEqual([await store.countBand(PARTITION, 'high'), await store.countBand(PARTITION, 'medium')], [3, 1]);
  });

  test(`${name}: a changed number of partitions is refused, and the old one goes on`, async () => {
    const server = await start();
    const store = server.open(COUNT);
    await store.acquire(PARTITION, 'A');
    await store.commit(PARTITION, sampleCommit({ owner: 'A' }));
    await assert.rejects(server.open(COUNT + 1).acquire(PARTITION, 'B'), PartitionCountError);
    assert.equal(await store.commit(PARTITION, otherCommit({ owner: 'A', expectedSeq: 1 })), 'committed');
    assert.equal((await server.open(COUNT).acquire(PARTITION, 'B')).seq, 2);
  });

  test(`${name}: one commit carries more than any limit of the scripting language`, async () => {
    const store = await open();
    await store.acquire(PARTITION, 'A');
    for (const [expectedSeq, size] of [3_499, 3_500, 3_501, 8_000].entries()) {
      const numbers = Array.from({ length: size }, (_, i) => i);
      const idOf = (i: number): string => `n${size}-${i}`;
      const commit = emptyCommit({
        expectedSeq,
        states: numbers.map((i) => ({ subscriberId: idOf(i), value: Buffer.from(`value ${i}`) })),
        outbox: numbers.map((i) => Buffer.from(`${size} ${i}`)),
        wheel: numbers.map((i) => ({ subscriberId: idOf(i), slotOfDay: expectedSeq })),
        bands: numbers.map((i) => ({ subscriberId: idOf(i), band: i % 2 === 0 ? 'high' : 'medium' })),
      });
      assert.equal(await store.commit(PARTITION, commit), 'committed');
      const values = await store.readStates(PARTITION, numbers.map(idOf));
      assert.ok(values.every((value, i) => value !== undefined && Buffer.from(value).toString() === `value ${i}`));
      assert.deepEqual(await wheelSlot(store, expectedSeq, 0, 10_000), numbers.map(idOf));
      const outbox = await store.readOutbox(PARTITION, 10_000);
      assert.deepEqual(
        outbox.map((entry) => Buffer.from(entry).toString()),
        numbers.map((i) => `${size} ${i}`),
      );
      assert.equal(await store.trimOutbox(PARTITION, 'A', outbox), true);
    }
  });

  test(`${name}: bytes of any kind come back as they were, and as copies`, async () => {
    const store = await open();
    await store.acquire(PARTITION, 'A');
    const everything = Uint8Array.from({ length: 256 }, (_, i) => i);
    const value = everything.subarray(3, 250);
    const entries = [everything, new Uint8Array(), Uint8Array.of(0), Uint8Array.of(0xff, 0xfe, 0x0d, 0x0a)];
    const states = [
      { subscriberId: 'bytes', value },
      { subscriberId: 'empty', value: new Uint8Array() },
      { subscriberId: '转:{x}\u0000', value: Uint8Array.of(0) },
    ];
    await store.commit(PARTITION, emptyCommit({ states, outbox: entries }));
    const expected = [...value];
    everything.fill(7);
    const read = await store.readStates(PARTITION, ['bytes', 'empty', '转:{x}\u0000', 'none']);
    assert.deepEqual(
      read.map((bytes) => (bytes === undefined ? undefined : [...bytes])),
      [expected, [], [0], undefined],
    );
    const outbox = await store.readOutbox(PARTITION, 10);
    assert.deepEqual(
      outbox.slice(1).map((bytes) => [...bytes]),
      [[], [0], [0xff, 0xfe, 0x0d, 0x0a]],
    );
    assert.equal(await store.trimOutbox(PARTITION, 'A', outbox), true);
  });

  test(`${name}: a state written twice holds the later value`, async () => {
    const store = await open();
    await store.acquire(PARTITION, 'A');
    await store.commit(PARTITION, sampleCommit({ owner: 'A' }));
    await store.commit(PARTITION, otherCommit({ owner: 'A', expectedSeq: 1 }));
    assert.deepEqual(plain(await store.readStates(PARTITION, ['s1', 's2', 's3'])), [
      Uint8Array.of(8),
      undefined,
      Uint8Array.of(3),
    ]);
  });
}

function emptyCommit(changes: Partial<PartitionCommit> = {}): PartitionCommit {
  return {
    owner: 'A',
    expectedSeq: 0,
    nextOffset: 1n,
    record: '{}',
    states: [],
    outbox: [],
    wheel: [],
    bands: [],
    qualityHours: [],
    ...changes,
  };
}

function sampleCommit(changes: Partial<PartitionCommit> = {}): PartitionCommit {
  return emptyCommit({
    states: [
      { subscriberId: 's1', value: Uint8Array.of(1, 2) },
      { subscriberId: 's3', value: Uint8Array.of(3) },
    ],
    outbox: [Uint8Array.of(9)],
    wheel: [
      { subscriberId: 's1', slotOfDay: 17 },
      { subscriberId: 's3', slotOfDay: 17 },
    ],
    bands: [
      { subscriberId: 's1', band: 'high' },
      { subscriberId: 's3', band: 'medium' },
    ],
    qualityHours: [
      { place: 0, value: Uint8Array.of(5) },
      { place: 191, value: Uint8Array.of(6, 7) },
    ],
    ...changes,
  });
}

/** Would change everything that `sampleCommit` wrote. */
function otherCommit(changes: Partial<PartitionCommit> = {}): PartitionCommit {
  return emptyCommit({
    nextOffset: 99n,
    record: '{"other":true}',
    states: [{ subscriberId: 's1', value: Uint8Array.of(8) }],
    outbox: [Uint8Array.of(8)],
    wheel: [{ subscriberId: 's8', slotOfDay: 17 }],
    bands: [
      { subscriberId: 's1', band: 'low' },
      { subscriberId: 's3', band: 'high' },
    ],
    qualityHours: [{ place: 191, value: Uint8Array.of(8) }],
    ...changes,
  });
}

async function fillOutbox(store: PartitionStore, ...commits: readonly (readonly number[])[]): Promise<void> {
  await store.acquire(PARTITION, 'A');
  for (const [expectedSeq, numbers] of commits.entries()) {
    const outbox = numbers.map((n) => Uint8Array.of(n));
    assert.equal(await store.commit(PARTITION, emptyCommit({ expectedSeq, outbox })), 'committed');
  }
}

async function contentOf(store: PartitionStore): Promise<Readonly<Record<string, unknown>>> {
  return {
    states: plain(await store.readStates(PARTITION, ['s1', 's2', 's3'])),
    wheel: await wheelSlot(store, 17, 0, 10),
    outbox: plain(await store.readOutbox(PARTITION, 10)),
    high: await store.listBand(PARTITION, 'high', '', 10),
    medium: await store.listBand(PARTITION, 'medium', '', 10),
    position: await store.readPosition(PARTITION),
    count: await store.countBand(PARTITION, 'high'),
    qualityHours: plain(await store.readQualityHours(PARTITION, [191, 1, 0])),
  };
}

/** Buffers and byte arrays compare as what is in them. */
function plain(values: readonly (Uint8Array | undefined)[]): (Uint8Array | undefined)[] {
  return values.map((value) => (value === undefined ? undefined : Uint8Array.from(value)));
}

function numbersOf(entries: readonly Uint8Array[]): (number | undefined)[] {
  return entries.map((entry) => entry[0]);
}

async function wheelSlot(store: PartitionStore, slotOfDay: number, from: number, count: number): Promise<string[]> {
  const [members = []] = await store.readWheel(PARTITION, [{ slotOfDay, from }], count);
  return members;
}
