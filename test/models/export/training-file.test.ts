import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { encodeTrainingFile } from '../../../models/export/training-file.ts';
import type { TrainingFileFacts } from '../../../models/export/training-file.ts';
import { createTrainingRows } from '../../../models/export/training-rows.ts';
import type { LabelledRow, TrainingRows } from '../../../models/export/training-rows.ts';
import { FEATURE_NAMES, featureSchema } from '../../../services/core/features/registry.ts';
import { foldEvent } from '../../../services/core/subscriber/fold-event.ts';
import { newSubscriber } from '../../../services/core/subscriber/subscriber-state.ts';
import { createCivilCalendar } from '../../../services/core/time/civil-calendar.ts';
import { sampleCall, sampleEvent } from '../../support/sample-events.ts';
import { day } from './memory-source.ts';

const calendar = createCivilCalendar('Asia/Shanghai');
const FACTS: TrainingFileFacts = {
  labelDefinition: '{"name":"inactivity","days":30}',
  knownThrough: '2026-03-01T00:00:00.000Z',
  knownBy: 'log',
  asOfsMs: [day(2), day(3)],
  source: 'topic x',
  recordsSha256: 'ab',
  policyVersion: 'test/1',
  timeZone: 'Asia/Shanghai',
};

function twoRows(): { readonly table: TrainingRows; readonly rows: readonly LabelledRow[] } {
  const table = createTrainingRows(calendar);
  const state = newSubscriber(day(0));
  foldEvent(state, sampleEvent(sampleCall({ durationS: 7 }), day(0)), { calendar, acceptedFromMs: undefined });
  table.add({ subscriberId: 'k1-ü', asOfMs: day(3), vectorAsOfMs: day(3), label: 0 }, state);
  table.add({ subscriberId: 'k1-z', asOfMs: day(2), vectorAsOfMs: day(2) + 5, label: 1 }, state);
  table.add({ subscriberId: 'k1-a', asOfMs: day(2), vectorAsOfMs: day(2), label: undefined }, state);
  return { table, rows: table.labelled() };
}

function readBack(bytes: Buffer): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({ file: Uint8Array.from(bytes).buffer });
}

test('rows come back by as-of and subscriber, every float32 with its own bits, unknown as NaN and never null', async () => {
  const { table, rows } = twoRows();
  const read = await readBack(encodeTrainingFile(table, rows, FACTS));
  assert.deepEqual(
    read.map((row) => [row['subscriber_id'], row['as_of_ms'], row['vector_as_of_ms'], row['label']]),
    [
      ['k1-z', BigInt(day(2)), BigInt(day(2) + 5), 1],
      ['k1-ü', BigInt(day(3)), BigInt(day(3)), 0],
    ],
  );
  let unknown = 0;
  rows.forEach((row, r) => {
    const vector = table.vectorOf(row);
    FEATURE_NAMES.forEach((name, i) => {
      assert.ok(Object.is(read[r]?.[name], vector[i]), `${name}: ${String(read[r]?.[name])}`);
      if (Number.isNaN(vector[i])) unknown++;
    });
  });
  assert.ok(unknown > 10);
});

test('the sign of a zero is kept', async () => {
  const { table, rows } = twoRows();
  const [row] = rows;
  assert.ok(row);
  table.vectorOf(row).set([-0, 0, 0.1]);
  const [read] = await readBack(encodeTrainingFile(table, [row], FACTS));
  assert.ok(Object.is(read?.[FEATURE_NAMES[0] ?? ''], -0));
  assert.ok(Object.is(read?.[FEATURE_NAMES[1] ?? ''], 0));
  assert.equal(read?.[FEATURE_NAMES[2] ?? ''], Math.fround(0.1));
});

test('columns are those of the registry in its order, float32 and required', () => {
  const { table, rows } = twoRows();
  const bytes = encodeTrainingFile(table, rows, FACTS);
  const { schema } = parquetMetadata(Uint8Array.from(bytes));
  assert.deepEqual(
    schema.slice(1).map(({ name }) => name),
    ['subscriber_id', 'as_of_ms', 'vector_as_of_ms', 'label', ...FEATURE_NAMES],
  );
  assert.deepEqual(new Set(schema.slice(5).map(({ type }) => type)), new Set(['FLOAT']));
  assert.deepEqual(
    new Set(schema.slice(1).map(({ repetition_type: repetition }) => repetition)),
    new Set(['REQUIRED']),
  );
  assert.equal(schema[4]?.converted_type, 'INT_8');
});

test('the file says what it is made of', () => {
  const { table, rows } = twoRows();
  const bytes = encodeTrainingFile(table, rows, FACTS);
  const { key_value_metadata: pairs } = parquetMetadata(Uint8Array.from(bytes));
  assert.deepEqual(Object.fromEntries((pairs ?? []).map(({ key, value }) => [key, value])), {
    feature_schema_sha256: hash('sha256', featureSchema(), 'hex'),
    feature_schema: featureSchema(),
    label_definition: FACTS.labelDefinition,
    known_through: FACTS.knownThrough,
    known_by: 'log',
    as_ofs: JSON.stringify(FACTS.asOfsMs.map((asOfMs) => new Date(asOfMs).toISOString())),
    source: 'topic x',
    records_sha256: 'ab',
    policy_version: 'test/1',
    time_zone: 'Asia/Shanghai',
  });
});

test('the same rows give the same bytes', () => {
  const [one, other] = [twoRows(), twoRows()];
  assert.deepEqual(encodeTrainingFile(one.table, one.rows, FACTS), encodeTrainingFile(other.table, other.rows, FACTS));
});
