import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PositionLostError, createPositionedBatches } from '../../../services/platform/kafka/positioned-batches.ts';
import { RubbishShareError } from '../../../services/platform/kafka/rubbish-share.ts';
import type { FetchedBatch } from '../../../services/platform/kafka/partition-consumer.ts';

const LOW_OFFSET = 3n;
const END_OFFSET = 20n;

function fetched(from: bigint, to: bigint): FetchedBatch {
  const records = Array.from({ length: Number(to - from) }, (_, i) => ({
    offset: from + BigInt(i),
    key: null,
    value: null,
    headers: {},
    timestampMs: 0,
  }));
  const heartbeat = (): Promise<void> => Promise.resolve();
  return { partition: 0, records, fetchedFrom: from, nextOffset: to, endOffset: to, heartbeat, isCurrent: () => true };
}

/** What reads a topic that begins at LOW_OFFSET, with positions that can be lost. */
function openReader() {
  const handled: bigint[] = [];
  const kept = new Map<number, bigint>();
  const server = { lives: 1, duringWork: (): void => undefined };
  const batches = createPositionedBatches({
    topic: 'alerts',
    positions: {
      read: (partition) => Promise.resolve({ nextOffset: kept.get(partition), serverLife: String(server.lives) }),
      write(partition, nextOffset, serverLife) {
        if (serverLife !== String(server.lives)) return Promise.resolve(false);
        kept.set(partition, nextOffset);
        return Promise.resolve(true);
      },
      boundsOf: () => Promise.resolve({ lowOffset: LOW_OFFSET, endOffset: END_OFFSET }),
    },
    handleBatch({ records }) {
      handled.push(...records.map(({ offset }) => offset));
      server.duringWork();
      return Promise.resolve();
    },
  });
  return { batches, handled, kept, server };
}

test('where Redis went back to before the first position, the topic is read from its beginning', async () => {
  const { batches, handled, kept } = openReader();
  await batches.onBatch(fetched(3n, 10n));
  kept.clear();
  assert.deepEqual(await batches.onBatch(fetched(10n, 12n)), { type: 'seek', offset: LOW_OFFSET });
  assert.equal(await batches.positionOf(0), LOW_OFFSET);
  await batches.onBatch(fetched(3n, 12n));
  assert.deepEqual(handled.slice(7), [3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n, 11n]);
});

test('a fetch without records does not move a position that Redis has lost', async () => {
  const { batches, kept } = openReader();
  batches.onPassed(0, 10n, 12n);
  await batches.onBatch(fetched(3n, 4n));
  assert.equal(kept.get(0), 4n);
});

test('what Redis lost is read again, also from an offset that was sought before: no record is skipped', async () => {
  const { batches, handled, kept } = openReader();
  kept.set(0, 10n);
  assert.deepEqual(await batches.onBatch(fetched(12n, 14n)), { type: 'seek', offset: 10n });
  await batches.onBatch(fetched(10n, 14n));
  kept.set(0, 10n);
  assert.deepEqual(await batches.onBatch(fetched(14n, 16n)), { type: 'seek', offset: 10n });
  await batches.onBatch(fetched(10n, 16n));
  assert.deepEqual(handled.slice(4), [10n, 11n, 12n, 13n, 14n, 15n]);
});

test('a fetch from beyond the position is no hole, however often it comes', async () => {
  const { batches, handled, kept } = openReader();
  kept.set(0, 10n);
  for (let times = 0; times < 3; times++) {
    assert.deepEqual(await batches.onBatch(fetched(12n, 14n)), { type: 'seek', offset: 10n });
  }
  assert.deepEqual(handled, []);
});

test('a hole is passed where what was asked for begins before it', async () => {
  const { batches, handled, kept } = openReader();
  kept.set(0, 10n);
  const behindHole = { ...fetched(12n, 14n), fetchedFrom: 10n };
  assert.deepEqual(await batches.onBatch(behindHole), { type: 'continue-at', offset: 14n });
  assert.deepEqual(handled, [12n, 13n]);
});

test('what Redis lost of a batch while the batch waited for something else is made again', async () => {
  const { batches, handled, kept, server } = openReader();
  server.duringWork = () => {
    server.lives++;
  };
  assert.deepEqual(await batches.onBatch(fetched(3n, 5n)), { type: 'seek', offset: 3n });
  assert.equal(kept.get(0), undefined);
  server.duringWork = () => undefined;
  assert.deepEqual(await batches.onBatch(fetched(3n, 5n)), { type: 'continue-at', offset: 5n });
  assert.deepEqual(handled, [3n, 4n, 3n, 4n]);
});

test('where a partition stops for rubbish, whoever comes next begins with the record that is too much', async () => {
  const { batches, kept, server } = openReader();
  server.duringWork = () => {
    throw new RubbishShareError(51, { offset: 4n, reason: 'undecodable', detail: '' });
  };
  await assert.rejects(batches.onBatch(fetched(3n, 6n)), RubbishShareError);
  assert.equal(kept.get(0), 4n);
});

test('a batch that waited while another read on is no topic made anew', async () => {
  const { batches, handled, kept } = openReader();
  kept.set(0, 15n);
  assert.deepEqual(await batches.onBatch(fetched(10n, 12n)), { type: 'seek', offset: 15n });
  assert.deepEqual(handled, []);
  kept.set(0, END_OFFSET + 1n);
  await assert.rejects(batches.onBatch(fetched(10n, 12n)), PositionLostError);
});
