import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PARK_REASONS } from '../../../services/core/events/validate-record.ts';
import {
  NEW_PARTITION,
  formatPartitionRecord,
  parsePartitionRecord,
} from '../../../services/core/partition/partition-record.ts';
import type { PartitionRecord } from '../../../services/core/partition/partition-record.ts';

const time = fc.option(fc.maxSafeInteger(), { nil: undefined });
const count = fc.maxSafeNat();
const record: fc.Arbitrary<PartitionRecord> = fc.record(
  {
    time: fc.record(
      {
        watermarkMs: time,
        highestEventMs: time,
        feeds: fc.dictionary(
          fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '转网', '"', '\\')),
          fc.maxSafeInteger(),
          { noNullPrototype: true },
        ),
      },
      { noNullPrototype: true },
    ),
    sweep: fc.option(fc.record({ slot: fc.maxSafeInteger(), index: count }, { noNullPrototype: true }), {
      nil: undefined,
    }),
    counts: fc.record(
      {
        folded: count,
        duplicates: count,
        late: count,
        parked: count,
        marks: count,
        outcomes: count,
        subscribers: count,
        scored: count,
        episodes: count,
      },
      { noNullPrototype: true },
    ),
    parkedByReason: fc.record(Object.fromEntries(PARK_REASONS.map((reason) => [reason, count])), {
      requiredKeys: [],
      noNullPrototype: true,
    }),
    rubbish: fc.array(fc.tuple(count, count), { maxLength: 10 }),
    quality: fc.option(fc.base64String(), { nil: undefined }),
  },
  { noNullPrototype: true },
);

test('a control record comes back as it was written', () => {
  fc.assert(
    fc.property(record, (written) => {
      assert.deepEqual(parsePartitionRecord(formatPartitionRecord(written)), written);
    }),
    { numRuns: 500 },
  );
});

test('a feed named by a sign that JSON escapes keeps its name', () => {
  // From now on JSON.parse takes the second key of such an object for a backslash.
  JSON.parse('{"h":[],"\\\\":0}');
  const feeds = { h: 1, '"': 2 };
  const written = { ...NEW_PARTITION, time: { ...NEW_PARTITION.time, feeds } };
  assert.deepEqual(parsePartitionRecord(formatPartitionRecord(written)), written);
});

test('a control record from before feeds were written as pairs keeps them', () => {
  const written = { ...NEW_PARTITION, time: { ...NEW_PARTITION.time, feeds: { voice: 1, billing: 2 } } };
  assert.deepEqual(parsePartitionRecord(JSON.stringify(written)), written);
});

test('a new partition comes back with nothing counted', () => {
  assert.deepEqual(parsePartitionRecord(formatPartitionRecord(NEW_PARTITION)), NEW_PARTITION);
});

test('a control record from before rubbish was counted has none', () => {
  const { rubbish, ...older } = NEW_PARTITION;
  assert.deepEqual(parsePartitionRecord(JSON.stringify(older)).rubbish, rubbish);
});

test('text that is no control record is refused', () => {
  const { counts, ...uncounted } = NEW_PARTITION;
  const wrong = [
    '',
    'null',
    '[]',
    '{}',
    '"text"',
    JSON.stringify(uncounted),
    JSON.stringify({ ...NEW_PARTITION, counts: { ...counts, folded: '1' } }),
    JSON.stringify({ ...NEW_PARTITION, sweep: { slot: 1 } }),
    JSON.stringify({ ...NEW_PARTITION, quality: 1 }),
    JSON.stringify({ ...NEW_PARTITION, rubbish: [[1, '2']] }),
    JSON.stringify({ ...NEW_PARTITION, time: { feeds: { voice: null } } }),
    JSON.stringify({ ...NEW_PARTITION, time: { feeds: [['voice', null]] } }),
    JSON.stringify({ ...NEW_PARTITION, time: { feeds: ['voice'] } }),
  ];
  for (const text of wrong) assert.throws(() => parsePartitionRecord(text), text);
});
