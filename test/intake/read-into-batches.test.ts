import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BATCH_BYTES, BATCH_ROWS, readIntoBatches } from '../../services/intake/read-into-batches.ts';
import { createRejectShare } from '../../services/intake/rejects/reject-share.ts';
import type { RowBatch } from '../../services/intake/row-batch.ts';
import { createRowTaker } from '../../services/intake/take-row.ts';
import { numberFeed } from './fake-feed.ts';

const ROWS = 2_000;
const RECORD_BYTES = 20_000;

/** @param row one of the feed of numbers. */
async function batchesOf(row: unknown): Promise<RowBatch[]> {
  const value = Buffer.alloc(RECORD_BYTES);
  const rows = Array.from({ length: ROWS }, (_, index) => ({ ok: true, line: index + 1, row }) as const);
  const batches: RowBatch[] = [];
  const { mapping } = numberFeed();
  const end = await readIntoBatches({
    rows: (async function* () {
      yield await Promise.resolve(rows);
    })(),
    mapping,
    taker: createRowTaker({
      feed: 'numbers',
      source: 'n'.repeat(8_000),
      topic: 'input',
      partitions: 1,
      encode: () => value,
      now: () => Date.UTC(2026, 5, 1),
      tracker: { observe: () => undefined },
      statesProgress: false,
    }),
    share: createRejectShare(1),
    skipRows: 0,
    batchRows: BATCH_ROWS,
    signal: new AbortController().signal,
    onBatch(batch) {
      batches.push(batch);
      return Promise.resolve();
    },
  });
  assert.equal(end.kind, 'end');
  return [...batches, end.rest];
}

test('a batch holds some megabytes at most, of records or of rejects, however few rows that are', async () => {
  for (const row of [{ index: 1 }, { index: 'bad' }]) {
    const batches = await batchesOf(row);
    assert.ok(batches.length > 1);
    assert.equal(
      batches.reduce((sum, { rows }) => sum + rows, 0),
      ROWS,
    );
    for (const { records, bytes } of batches) {
      const held = records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
      assert.ok(held <= bytes && bytes < BATCH_BYTES + RECORD_BYTES + 1_000);
    }
  }
});
