import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LogReplacedError, holdToWitness } from '../../../services/platform/kafka/log-witness.ts';
import type { WitnessStore } from '../../../services/platform/kafka/log-witness.ts';

const TOPIC = 'input';

/** A topic of one partition: the time stamps of its records, of which the first have been deleted. */
interface Log {
  readonly stamps: readonly number[];
  readonly deleted: number;
}

function offsetsOf({ stamps, deleted }: Log) {
  return {
    firstOffsetsSince(_topic: string, sinceMs: number): Promise<bigint[]> {
      const found = stamps.findIndex((stamp, offset) => offset >= deleted && stamp >= sinceMs);
      return Promise.resolve([BigInt(found === -1 ? stamps.length : found)]);
    },
  };
}

function openStore(): WitnessStore {
  const kept = new Map<string, string>();
  return {
    read: (topic) => Promise.resolve(kept.get(topic)),
    write(topic, witness) {
      kept.set(topic, witness);
      return Promise.resolve();
    },
  };
}

const grown = (length: number, fromMs: number): number[] => Array.from({ length }, (_, offset) => fromMs + offset);

test('a topic made anew under the same name is refused, also where it has grown beyond the former one', async () => {
  for (const length of [0, 1, 99, 100, 5_000]) {
    const store = openStore();
    await holdToWitness(TOPIC, offsetsOf({ stamps: grown(100, 1_000), deleted: 0 }), store, 2_000);
    await assert.rejects(
      holdToWitness(TOPIC, offsetsOf({ stamps: grown(length, 3_000), deleted: 0 }), store, 10_000),
      (error: unknown) => error instanceof LogReplacedError && /input is another log.*100/.test(error.message),
      `${length} records`,
    );
  }
});

test('what was once refused is refused again', async () => {
  const store = openStore();
  await holdToWitness(TOPIC, offsetsOf({ stamps: grown(100, 1_000), deleted: 0 }), store, 2_000);
  const other = offsetsOf({ stamps: grown(500, 3_000), deleted: 0 });
  for (const nowMs of [10_000, 20_000])
    await assert.rejects(holdToWitness(TOPIC, other, store, nowMs), LogReplacedError);
});

test('a log that grows at its end, loses its beginning, and was written by clocks that disagree is never refused', async () => {
  const step = fc.record({
    stamps: fc.array(fc.nat(100_000), { maxLength: 10 }),
    deletes: fc.nat(5),
    nowMs: fc.nat(100_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const store = openStore();
      let log: Log = { stamps: [], deleted: 0 };
      for (const { stamps, deletes, nowMs } of steps) {
        const all = [...log.stamps, ...stamps];
        log = { stamps: all, deleted: Math.min(log.deleted + deletes, all.length) };
        await holdToWitness(TOPIC, offsetsOf(log), store, nowMs);
      }
    }),
  );
});
