import { hash } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { FEATURE_NAMES, featureSchema } from '../../services/core/features/registry.ts';
import type { LabelledRow, TrainingRows } from './training-rows.ts';

/** What the file says of itself. Nothing of machine, clock or place is in it: the same export gives the same bytes. */
export interface TrainingFileFacts {
  /** JSON: name and settings of the label, and what it means. */
  readonly labelDefinition: string;
  /** ISO instant; '' where all that the source held was taken. */
  readonly knownThrough: string;
  readonly knownBy: string;
  readonly asOfsMs: readonly number[];
  readonly source: string;
  readonly recordsSha256: string;
  readonly policyVersion: string;
  readonly timeZone: string;
}

/** Small enough for readers that take a group at a time, large enough to compress. */
const ROWS_PER_GROUP = 100_000;

/**
 * Rows as the bytes of a Parquet file: `subscriber_id`, `as_of_ms`, `vector_as_of_ms`, `label` (0 or 1), then the
 * features as float32 in registry order. NaN is unknown; there are no nulls. Values are written plain: a dictionary
 * would make one of 0 and -0.
 */
export function encodeTrainingFile(
  table: TrainingRows,
  rows: readonly LabelledRow[],
  facts: TrainingFileFacts,
): Buffer {
  const plain = (name: string, data: ColumnData): Column => ({ name, data, encoding: 'PLAIN' });
  const columnData: Column[] = [
    { name: 'subscriber_id', data: rows.map(({ subscriberId }) => subscriberId) },
    { name: 'as_of_ms', data: BigInt64Array.from(rows, ({ asOfMs }) => BigInt(asOfMs)) },
    { name: 'vector_as_of_ms', data: BigInt64Array.from(rows, ({ vectorAsOfMs }) => BigInt(vectorAsOfMs)) },
    { name: 'label', data: Int32Array.from(rows, ({ label }) => label) },
    ...FEATURE_NAMES.map((name, feature) => plain(name, table.column(feature, rows))),
  ];
  const bytes = parquetWriteBuffer({
    columnData,
    schema: parquetSchema(),
    kvMetadata: metadataOf(facts),
    rowGroupSize: ROWS_PER_GROUP,
    createdBy: 'churn-warning',
  });
  return Buffer.from(bytes);
}

/** Writes the file as a whole or not at all; its folder must be there. @returns its SHA-256, hexadecimal. */
export async function writeTrainingFile(path: string, bytes: Buffer): Promise<string> {
  const unfinished = `${path}.part`;
  try {
    await writeFile(unfinished, bytes);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return hash('sha256', bytes, 'hex');
}

type ColumnData = string[] | BigInt64Array | Int32Array | Float32Array;

interface Column {
  readonly name: string;
  readonly data: ColumnData;
  readonly encoding?: 'PLAIN';
}

function parquetSchema(): SchemaElement[] {
  const required = { repetition_type: 'REQUIRED' } as const;
  return [
    { name: 'training_set', num_children: 4 + FEATURE_NAMES.length },
    { name: 'subscriber_id', type: 'BYTE_ARRAY', converted_type: 'UTF8', ...required },
    { name: 'as_of_ms', type: 'INT64', ...required },
    { name: 'vector_as_of_ms', type: 'INT64', ...required },
    { name: 'label', type: 'INT32', converted_type: 'INT_8', ...required },
    ...FEATURE_NAMES.map((name): SchemaElement => ({ name, type: 'FLOAT', ...required })),
  ];
}

function metadataOf(facts: TrainingFileFacts): { readonly key: string; readonly value: string }[] {
  const schema = featureSchema();
  return Object.entries({
    feature_schema_sha256: hash('sha256', schema, 'hex'),
    feature_schema: schema,
    label_definition: facts.labelDefinition,
    known_through: facts.knownThrough,
    known_by: facts.knownBy,
    as_ofs: JSON.stringify(facts.asOfsMs.map((asOfMs) => new Date(asOfMs).toISOString())),
    source: facts.source,
    records_sha256: facts.recordsSha256,
    policy_version: facts.policyVersion,
    time_zone: facts.timeZone,
  }).map(([key, value]) => ({ key, value }));
}
