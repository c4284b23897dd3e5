import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RubbishShareError } from '../../services/platform/kafka/rubbish-share.ts';
import type { InputRecord, ParkedRecord } from '../../services/scorer/ports.ts';
import { createFakeModel } from '../support/fake-model.ts';
import { toInputRecord } from '../support/input-log.ts';
import { createMemoryPartitionStore } from '../support/memory-partition-store.ts';
import type { MemoryPartitionStore } from '../support/memory-partition-store.ts';
import { openWorker, outcomeOf } from '../support/run-worker.ts';
import { sampleCall, sampleEvent, sampleProgress } from '../support/sample-events.ts';
import { samplePolicy } from '../support/sample-policy.ts';

const START_MS = Date.UTC(2026, 1, 10);
const DAY_MS = 86_400_000;
const policy = samplePolicy();
const model = createFakeModel(() => 0.1);

function good(offset: number): InputRecord {
  const atMs = START_MS + offset * 1_000;
  return toInputRecord(sampleEvent(sampleCall(), atMs, { eventId: `e${offset}`, subscriberId: 's1' }), offset);
}

function bad(offset: number): InputRecord {
  return { ...good(offset), value: Buffer.from([0xff, 0xff]) };
}

/** One bad record in every tenth: 100 in 1,000. */
const oneInTen = Array.from({ length: 3_000 }, (_, offset) => (offset % 10 === 9 ? bad(offset) : good(offset)));

interface Stop {
  readonly nextOffset: bigint | undefined;
  readonly error: unknown;
}

/** Reads a log until it is at its end, or a worker throws. */
async function read(
  log: readonly InputRecord[],
  how: {
    store: MemoryPartitionStore;
    rubbishShare: number;
    slice: number;
    commitLimit?: number;
    parked?: ParkedRecord[];
  },
): Promise<Stop> {
  const worker = await openWorker({ model, policy, ...how }, log);
  const from = log.findIndex(({ offset }) => offset >= worker.nextOffset());
  try {
    for (let at = from; at < log.length; at += how.slice) await worker.process(log.slice(at, at + how.slice));
    return { nextOffset: outcomeOf(how.store).nextOffset, error: undefined };
  } catch (error) {
    return { nextOffset: outcomeOf(how.store).nextOffset, error };
  }
}

test('a partition stops before the record that makes its rubbish too much, however it is cut', async () => {
  const stops = new Set<string>();
  for (const [slice, commitLimit] of [
    [3_000, 1_000],
    [7, 1],
    [250, 3],
  ] as const) {
    const store = createMemoryPartitionStore(1);
    const parked: ParkedRecord[] = [];
    const stop = await read(oneInTen, { store, rubbishShare: 0.05, slice, commitLimit, parked });
    assert.ok(stop.error instanceof RubbishShareError);
    assert.equal(stop.error.rubbish, 51);
    assert.match(stop.error.message, /bad deploy\?/);
    assert.equal(parked.length, 50, 'those before it are parked, it is not');
    stops.add(String(stop.nextOffset));
  }
  assert.deepEqual([...stops], ['509'], 'the 51st');
});

test('who comes next stops there, too, and goes on where any share is allowed or the record can be read', async () => {
  const store = createMemoryPartitionStore(1);
  const parked: ParkedRecord[] = [];
  const how = { store, rubbishShare: 0.05, slice: 400, parked };
  const first = await read(oneInTen, how);
  const second = await read(oneInTen, how);
  assert.ok(second.error instanceof RubbishShareError);
  assert.equal(second.nextOffset, first.nextOffset);
  assert.equal(parked.length, 50, 'nothing is parked twice by trying again');

  const mended = oneInTen.map((record, offset) => (offset >= 509 ? good(offset) : record));
  const elsewhere = createMemoryPartitionStore(1);
  await read(oneInTen, { ...how, store: elsewhere, parked: [] });
  assert.deepEqual(await read(mended, { ...how, store: elsewhere }), { nextOffset: 3_000n, error: undefined });

  assert.deepEqual(await read(oneInTen, { ...how, rubbishShare: 1 }), { nextOffset: 3_000n, error: undefined });
  assert.equal(outcomeOf(store).record?.counts.parked, 300);
});

test('a handful in a quiet partition and a share below the limit stop nothing', async () => {
  const quiet = Array.from({ length: 49 }, (_, offset) => bad(offset));
  const store = createMemoryPartitionStore(1);
  assert.equal((await read(quiet, { store, rubbishShare: 0.05, slice: 10 })).error, undefined);
  const oneInForty = Array.from({ length: 4_000 }, (_, offset) => (offset % 40 === 0 ? bad(offset) : good(offset)));
  const other = createMemoryPartitionStore(1);
  assert.equal((await read(oneInForty, { store: other, rubbishShare: 0.05, slice: 900 })).error, undefined);
});

test('late records are no rubbish', async () => {
  const mark = toInputRecord(sampleProgress('voice', START_MS + 60 * DAY_MS), 0);
  const late = Array.from({ length: 400 }, (_, i) => good(i + 1));
  const store = createMemoryPartitionStore(1);
  const stop = await read([mark, ...late], { store, rubbishShare: 0.05, slice: 100 });
  assert.equal(stop.error, undefined);
  assert.equal(outcomeOf(store).record?.counts.late, 400);
});
