import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IncomingRecord } from '../../services/platform/kafka/record.ts';
import { RubbishShareError } from '../../services/platform/kafka/rubbish-share.ts';
import { watchRubbish } from '../../services/retention/watch-rubbish.ts';
import type { RubbishSoFar } from '../../services/retention/watch-rubbish.ts';
import { incomingRecord } from '../support/fake-records.ts';

type Handle = ReturnType<typeof watchRubbish>;

/** A topic of which each record that holds "bad" is parked, for the reason that it names. */
function openShop(share: number) {
  const stored = new Map<number, RubbishSoFar>();
  const parked: bigint[] = [];
  const seen: number[] = [];
  let dies = false;
  const handle: Handle = watchRubbish(
    {
      store: {
        read: (partition) => Promise.resolve(stored.get(partition)),
        write: (partition, soFar) => Promise.resolve(void stored.set(partition, soFar)),
      },
      share,
      park: ({ offset }) => Promise.resolve(void parked.push(offset)),
      onRubbish: (_, rubbish) => seen.push(rubbish),
    },
    (park) =>
      async ({ records, partition }) => {
        for (const record of records) {
          const [word, reason = 'undecodable'] = record.value?.toString().split(' ') ?? [];
          if (word === 'bad') await park(record, partition, reason, 'as it says');
        }
        if (dies) throw new Error('cut off');
      },
  );
  return {
    handle: (records: readonly IncomingRecord[]) =>
      handle({ partition: 0, records, heartbeat: () => Promise.resolve() }),
    parked,
    seen,
    dieAfterNext(value: boolean) {
      dies = value;
    },
  };
}

function log(from: number, to: number, valueOf: (offset: number) => string): IncomingRecord[] {
  return Array.from({ length: to - from }, (_, i) =>
    incomingRecord(Buffer.from(valueOf(from + i)), { offset: BigInt(from + i) }),
  );
}

const oneInTen = (offset: number): string => (offset % 10 === 9 ? 'bad' : 'good');

test('too much rubbish stops a topic before the record that is too much, and again for who comes next', async () => {
  const shop = openShop(0.05);
  await shop.handle(log(0, 400, oneInTen));
  assert.deepEqual(shop.seen, [40]);
  await assert.rejects(shop.handle(log(400, 900, oneInTen)), (error) => {
    assert.ok(error instanceof RubbishShareError);
    assert.equal(error.offset, 509n);
    return true;
  });
  assert.equal(shop.parked.length, 50);
  await assert.rejects(shop.handle(log(509, 900, oneInTen)), RubbishShareError);
  assert.equal(shop.parked.length, 50, 'nothing is parked twice by trying again');
});

test('a batch that comes again after a failure counts once', async () => {
  const shop = openShop(0.05);
  shop.dieAfterNext(true);
  for (let i = 0; i < 5; i++) await assert.rejects(shop.handle(log(0, 400, oneInTen)), /cut off/);
  shop.dieAfterNext(false);
  await shop.handle(log(0, 400, oneInTen));
  await shop.handle(log(0, 400, oneInTen));
  assert.deepEqual(shop.seen, [40, 40]);
});

test('with a share of 1 all is parked; reports that come after the desk was faster are no rubbish', async () => {
  const all = openShop(1);
  await all.handle(log(0, 2_000, () => 'bad'));
  assert.equal(all.parked.length, 2_000);
  const desk = openShop(0.05);
  await desk.handle(log(0, 2_000, () => 'bad order_closed'));
  assert.deepEqual(desk.seen, [0]);
});
