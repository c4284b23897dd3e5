import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { format, resolveConfig } from 'prettier';
import { Value } from 'typebox/value';
import { explainMistakes } from '../../../services/intake/feed-file/explain-mistakes.ts';
import { FeedFile } from '../../../services/intake/feed-file/feed-schema.ts';

const path = join(import.meta.dirname, '../../../services/intake/feed.schema.json');

test('the JSON Schema for editors is the one that feed files are read by (UPDATE_FEED_SCHEMA=1 writes it)', async () => {
  const schema = { $schema: 'http://json-schema.org/draft-07/schema#', ...FeedFile };
  const options = (await resolveConfig(path)) ?? {};
  const text = await format(JSON.stringify(schema), { ...options, parser: 'json' });
  if (env['UPDATE_FEED_SCHEMA'] === '1') writeFileSync(path, text);
  assert.equal(readFileSync(path, 'utf8'), text);
});

const good = {
  feed: 'f',
  source: { type: 'folder', path: 'x', watch: true },
  progress: { mode: 'bounded-disorder', minutes: 5 },
  rejects: { maxShare: 0.1 },
  rowsPerSecond: 5,
  mapping: {
    format: 'csv',
    csv: { header: ['a'], delimiter: ';' },
    numbers: { countryCode: '86', nationalDigits: { min: 7, max: 11 } },
    lookups: { l: { match: 'prefix', values: { a: true, b: 1, c: 'x' } } },
    records: [
      { when: [{ field: 'a', is: [1, 'b'] }], skip: 'unwanted' },
      {
        event: 'call',
        id: ['a'],
        subscriber: 'a',
        occurredAt: { from: ['a'], format: 'iso' },
        fields: { x: { value: 1 } },
      },
    ],
  },
};

/** The value with one place, counted in depth-first order, replaced or removed. */
function damaged(value: unknown, at: { left: number }, change: (item: unknown) => unknown): unknown {
  if (at.left-- === 0) return change(value);
  if (Array.isArray(value)) return value.map((item) => damaged(item, at, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, damaged(item, at, change)]));
}

test('mistakes are explained exactly where the schema refuses, for the library, for Ajv and for the words', () => {
  const validate = new Ajv({ strict: false }).compile(FeedFile);
  const changes = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      '',
      'x',
      0,
      -1,
      1.5,
      true,
      [],
      {},
      [1],
      { x: 1 },
      { type: 'file' },
      { mode: 'ordered' },
      { use: 'x' },
    ),
    fc.jsonValue({ maxDepth: 1 }),
  );
  assert.deepEqual(explainMistakes(FeedFile, good), []);
  fc.assert(
    fc.property(fc.nat(60), changes, (place, change) => {
      const value = damaged(good, { left: place }, () => change);
      const accepted = Value.Check(FeedFile, value);
      const mistakes = explainMistakes(FeedFile, value);
      assert.equal(mistakes.length === 0, accepted, `${JSON.stringify(value)}\n${mistakes.join('\n')}`);
      assert.equal(validate(value), accepted);
    }),
    { numRuns: 1_000 },
  );
});
