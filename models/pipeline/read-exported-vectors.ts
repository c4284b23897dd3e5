import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { FEATURE_NAMES } from '../../services/core/features/registry.ts';

/** A row of an exported training set. */
export interface ExportedVector {
  readonly subscriberId: string;
  /** The instant that was asked for. */
  readonly asOfMs: number;
  /** The instant that the vector speaks of. */
  readonly vectorAsOfMs: number;
  /** 1 is churn. */
  readonly label: number;
  /** In the order of the feature registry; NaN is unknown. */
  readonly vector: Float32Array;
}

/** @throws TypeError where a column is missing or of another kind. */
export async function readExportedVectors(path: string): Promise<ExportedVector[]> {
  const rows: readonly Readonly<Record<string, unknown>>[] = await parquetReadObjects({
    file: await asyncBufferFromFile(path),
  });
  return rows.map((row) => {
    const subscriberId = row['subscriber_id'];
    if (typeof subscriberId !== 'string') throw new TypeError(`${path}: subscriber_id is no text`);
    const numberOf = (name: string): number => {
      const value = row[name];
      if (typeof value !== 'number' && typeof value !== 'bigint') throw new TypeError(`${path}: ${name} is no number`);
      return Number(value);
    };
    return {
      subscriberId,
      asOfMs: numberOf('as_of_ms'),
      vectorAsOfMs: numberOf('vector_as_of_ms'),
      label: numberOf('label'),
      vector: Float32Array.from(FEATURE_NAMES, numberOf),
    };
  });
}
