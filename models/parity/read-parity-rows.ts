import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

/** Vectors that the trainer drew, and what its own library says of them. */
export interface ParityRows {
  readonly count: number;
  readonly featureCount: number;
  /** `count` vectors one after the other; NaN = missing. */
  readonly vectors: Float32Array;
  /** Calibrated log-odds of each vector, computed in float64. */
  readonly margins: readonly number[];
  /** Probability (0–1) by which the others may differ. */
  readonly tolerance: number;
}

/** What a model may differ by, whatever a trainer allows itself. */
const LARGEST_TOLERANCE = 1e-6;

const ParityFile = Type.Object({
  rows: Type.Integer({ minimum: 1 }),
  features: Type.Integer({ minimum: 1 }),
  margins: Type.Array(Type.Number()),
  tolerance: Type.Number({ exclusiveMinimum: 0, maximum: LARGEST_TOLERANCE }),
});

/**
 * Reads parity.json and parity.f32 (little-endian float32, row by row) of a folder.
 *
 * @throws an Error that names everything that does not fit.
 */
export function readParityRows(folder: string): ParityRows {
  const file = path.join(folder, 'parity.json');
  const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Value.Check(ParityFile, document)) {
    const mistakes = Value.Errors(ParityFile, document).map(
      ({ instancePath, message }) => `${instancePath} ${message}`,
    );
    throw new Error(`${file}: ${mistakes.slice(0, 5).join('; ')}`);
  }
  const { rows: count, features: featureCount, margins, tolerance } = document;
  const bytes = readFileSync(path.join(folder, 'parity.f32'));
  const mistakes = [
    ...(margins.length === count ? [] : [`parity.json: expected ${count} margins, found ${margins.length}`]),
    ...(bytes.length === count * featureCount * Float32Array.BYTES_PER_ELEMENT
      ? []
      : [`parity.f32: expected ${count} × ${featureCount} float32 numbers, found ${bytes.length} bytes`]),
  ];
  if (mistakes.length > 0) throw new Error(`${folder}: ${mistakes.join('; ')}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const vectors = Float32Array.from({ length: count * featureCount }, (_, index) => view.getFloat32(index * 4, true));
  return { count, featureCount, vectors, margins, tolerance };
}
