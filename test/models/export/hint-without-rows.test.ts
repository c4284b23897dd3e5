import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newExportCounts } from '../../../models/export/export-counts.ts';
import { hintWithoutRows } from '../../../models/export/hint-without-rows.ts';

test('an empty source is called that', () => {
  assert.match(hintWithoutRows(newExportCounts(), 'files') ?? '', /hold no line/);
  assert.match(hintWithoutRows(newExportCounts(), 'topic') ?? '', /holds no record/);
});

test('a file of another layout is told what is expected', () => {
  const counts = { ...newExportCounts(), records: 3, rejected: new Map([['unparsable_row', 3]]) };
  assert.match(hintWithoutRows(counts, 'files') ?? '', /NDJSON/);
  assert.equal(hintWithoutRows({ ...counts, records: 4 }, 'files'), undefined);
});

test('a log that became known after the cut-off all at once is told of the other clock', () => {
  const counts = { ...newExportCounts(), records: 3, knownLater: 3 };
  assert.match(hintWithoutRows(counts, 'topic') ?? '', /--known-by source/);
});
