import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { OutgoingRecord } from '../../services/platform/kafka/record.ts';
import { decodeOutboxEntry, encodeOutboxEntry } from '../../services/scorer/outbox-entry.ts';
import type { OutboxEntry } from '../../services/scorer/outbox-entry.ts';
import { publishOutbox } from '../../services/scorer/publish-outbox.ts';
import { createMemoryPartitionStore } from '../support/memory-partition-store.ts';
import type { MemoryPartitionStore } from '../support/memory-partition-store.ts';

const topics = { score: 'scores', alert: 'alerts' };

function entry(i: number): OutboxEntry {
  return {
    kind: i % 3 === 0 ? 'alert' : 'score',
    id: `id-${i}`,
    subscriberId: `s${i}`,
    eventTimeMs: Date.UTC(2026, 0, 1) + i,
    value: Uint8Array.of(i % 256, 0x0a, 0),
  };
}

async function storeWith(count: number): Promise<MemoryPartitionStore> {
  const store = createMemoryPartitionStore(1);
  await store.acquire(0, 'A');
  const outbox = Array.from({ length: count }, (_, i) => encodeOutboxEntry(entry(i)));
  const nothing = { states: [], wheel: [], bands: [], qualityHours: [] };
  await store.commit(0, { owner: 'A', expectedSeq: 0, nextOffset: 1n, record: '{}', outbox, ...nothing });
  return store;
}

interface Sender {
  readonly sent: OutgoingRecord[];
  readonly counted: Record<'score' | 'alert', number>;
  readonly deps: (store: MemoryPartitionStore) => Parameters<typeof publishOutbox>[2];
}

function createSender(beforeSend: () => Promise<unknown> = () => Promise.resolve()): Sender {
  const sent: OutgoingRecord[] = [];
  const counted = { score: 0, alert: 0 };
  return {
    sent,
    counted,
    deps: (store) => ({
      store,
      topics,
      onPublished: (kind, count) => {
        counted[kind] += count;
      },
      producer: {
        async send(records) {
          await beforeSend();
          sent.push(...records);
        },
      },
    }),
  };
}

test('an outbox entry comes back as it was written, whatever its ids and bytes', () => {
  const entries = fc.record({
    kind: fc.constantFrom<OutboxEntry['kind'][]>('score', 'alert'),
    id: fc.string({ unit: 'binary' }).filter((id) => id.isWellFormed()),
    subscriberId: fc.string(),
    eventTimeMs: fc.maxSafeInteger(),
    value: fc.uint8Array(),
  });
  fc.assert(
    fc.property(entries, (written) => {
      const { value, ...head } = decodeOutboxEntry(encodeOutboxEntry(written));
      assert.deepEqual({ ...head, value: Uint8Array.from(value) }, { ...written });
    }),
  );
});

test('bytes that are no entry are refused', () => {
  for (const text of ['', '\n', 'x\n', '{}\n', '["other","i","s",1]\n', '["score","i","s"]\n', '["score",1,"s",1]\n']) {
    assert.throws(() => decodeOutboxEntry(Buffer.from(text)), text);
  }
});

test('all that waits is published in order, each to its topic and under its id, and removed', async () => {
  const store = await storeWith(1_203);
  const sender = createSender();
  assert.equal(await publishOutbox(0, 'A', sender.deps(store)), true);
  assert.deepEqual(await store.readOutbox(0, 10), []);
  assert.deepEqual(
    sender.sent.map(({ headers }) => headers?.['ce_id']),
    Array.from({ length: 1_203 }, (_, i) => `id-${i}`),
  );
  assert.deepEqual(sender.counted, { alert: 401, score: 802 });
  const [first, second] = sender.sent;
  assert.deepEqual(first, {
    topic: 'alerts',
    partition: 0,
    key: 's0',
    value: Buffer.from([0, 0x0a, 0]),
    headers: {
      ce_specversion: '1.0',
      ce_id: 'id-0',
      ce_source: '/churn-warning/scorer',
      ce_type: 'alerts',
      ce_subject: 's0',
      ce_time: '2026-01-01T00:00:00.000Z',
      ce_dataschema: 'proto:churn.v1.RiskAlert',
      'content-type': 'application/protobuf',
    },
  });
  assert.equal(second?.topic, 'scores');
});

test('what the broker did not take stays, and is sent again under the same ids', async () => {
  const store = await storeWith(5);
  const failing = createSender(() => Promise.reject(new Error('no leader')));
  await assert.rejects(publishOutbox(0, 'A', failing.deps(store)), /no leader/);
  assert.equal((await store.readOutbox(0, 10)).length, 5);
  const sender = createSender();
  await publishOutbox(0, 'A', sender.deps(store));
  assert.equal(sender.sent.length, 5);
});

test('where another owner has the partition the rest is left to that one', async () => {
  const store = await storeWith(3);
  const sender = createSender(() => store.acquire(0, 'B'));
  assert.equal(await publishOutbox(0, 'A', sender.deps(store)), false);
  assert.equal((await store.readOutbox(0, 10)).length, 3);
  const successor = createSender();
  assert.equal(await publishOutbox(0, 'B', successor.deps(store)), true);
  assert.deepEqual(successor.sent, sender.sent);
});
