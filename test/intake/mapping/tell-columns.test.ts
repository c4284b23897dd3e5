import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseFeed } from '../../../services/intake/feed-file/read-feed.ts';
import { tellColumns } from '../../../services/intake/mapping/tell-columns.ts';
import { openPorts } from '../../support/feed-mapping.ts';

const FEED = `
feed: voice
source: { type: stdin }
progress: { mode: ordered }
mapping:
  format: csv
  records:
    - event: reactivation
      id: [reference]
      subscriber: msisdn
      occurredAt: { from: at, format: iso }
`;

function mistakesOf(columns: readonly string[]): readonly string[] {
  const feed = parseFeed(FEED, '.', openPorts);
  assert.ok(feed.ok);
  const bound = feed.value.mapping.bindHeader(columns);
  return bound.ok ? [] : bound.mistakes;
}

test('a file without a header line is told by what the mapping needs, how much was found, and nothing of its first row', () => {
  assert.deepEqual(mistakesOf(['8613900000001', 'MO', '2025-03-12T10:15:00Z']), [
    'records[0].id[0].from: no column "reference"',
    'records[0].subscriber.from: no column "msisdn"',
    'records[0].occurredAt.from: no column "at"',
    '3 columns were found, without names that could be told: does the file have a header line? csv.header lists the names otherwise',
  ]);
});

test('columns that look like names are told, so that a misspelt one is seen', () => {
  assert.deepEqual(mistakesOf(['Reference', 'msisdn', ' at ', 'номер', '通话时长', 'r2']), [
    'records[0].id[0].from: no column "reference"',
    '6 columns were found: Reference, msisdn, at, номер, 通话时长, r2; does the file have a header line? csv.header lists the names otherwise',
  ]);
});

test('no run of more than three digits of a file’s first row is told, whatever the row holds', () => {
  const cell = fc.oneof(
    fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), maxLength: 20 }),
    fc.string({ unit: fc.constantFrom(...Array.from('0123456789abc+-.,: @')), maxLength: 30 }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('msisdn', 'at', 'tel 139 123 456 78', 'zhang.san@example.org'),
  );
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 60 }), (row) => {
      const told = `${mistakesOf(row).join('\n')}\n${tellColumns(row)}`;
      for (const text of row) {
        for (const run of text.match(/\d{4,}/g) ?? []) assert.ok(!told.includes(run), told);
        if (text.includes('@')) assert.ok(!told.includes(text.trim()) || text.trim().length < 3, told);
        if (text.replace(/\D/g, '').length > 3) assert.ok(!told.includes(text.trim()), told);
      }
    }),
    { numRuns: 1_000 },
  );
});
