import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mapped } from '../../services/intake/mapping/map-row.ts';
import { emptyBatch } from '../../services/intake/row-batch.ts';
import { createRowTaker } from '../../services/intake/take-row.ts';
import { sampleCall, sampleEvent, sampleProgress } from '../support/sample-events.ts';

const NOW_MS = Date.UTC(2026, 0, 5);
const place = { line: 7 };

function taken(mapped: Mapped, options: { readonly statesProgress?: boolean; readonly dueMs?: number } = {}) {
  const batch = emptyBatch();
  const taker = createRowTaker({
    feed: 'voice',
    source: 'a.csv',
    topic: 'input',
    partitions: 3,
    encode: (record) => {
      if (record.eventId === 'odd') throw new RangeError('no such value "13900000000"');
      return Buffer.from(record.eventId);
    },
    now: () => NOW_MS,
    tracker: { observe: () => options.dueMs },
    statesProgress: options.statesProgress ?? false,
  });
  const ok = taker.take(batch, { ok: true, line: 7, row: ['x'] }, () => mapped, place);
  return { ok, batch };
}

const eventAt = (occurredAtMs: number, eventId = 'e'): Mapped => ({
  kind: 'event',
  record: sampleEvent(sampleCall(), occurredAtMs, { eventId, subscriberId: 's1' }),
});

test('an event is keyed by its subscriber, and the mark that it brings about follows it to every partition', () => {
  const { batch } = taken(eventAt(NOW_MS), { dueMs: NOW_MS - 1 });
  assert.deepEqual(
    batch.records.map(({ key, partition }) => [key, partition]),
    [
      ['s1', undefined],
      ['feed:voice', 0],
      ['feed:voice', 1],
      ['feed:voice', 2],
    ],
  );
  assert.deepEqual([batch.sent, batch.markMs], [1, NOW_MS - 1]);
});

test('what the contract refuses is a reject with the field, and never the value', () => {
  const future = taken(eventAt(NOW_MS + 7_200_000));
  assert.equal(future.ok, false);
  assert.deepEqual(future.batch.rejects[0]?.row.reason, 'from_the_future');
  assert.equal(future.batch.rejects[0].row.field, 'occurred_at_ms');
  const odd = taken(eventAt(NOW_MS, 'odd')).batch;
  assert.doesNotMatch(JSON.stringify(odd.rejects), /1390/);
  assert.deepEqual([...odd.rejectedBy], [['undecodable', 1]]);
  assert.deepEqual([...future.batch.records, ...odd.records], []);
});

test('marks among the rows pass where the feed states its progress, and are skipped elsewhere', () => {
  const mark: Mapped = { kind: 'mark', record: sampleProgress('voice', NOW_MS) };
  const stated = taken(mark, { statesProgress: true }).batch;
  assert.deepEqual(
    stated.records.map(({ partition }) => partition),
    [0, 1, 2],
  );
  const other = taken(mark).batch;
  assert.deepEqual([other.records.length, [...other.skippedBy]], [0, [['progress_not_stated', 1]]]);
});
