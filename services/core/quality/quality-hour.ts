import { createByteReader } from '../encoding/byte-reader.ts';
import type { ByteReader } from '../encoding/byte-reader.ts';
import { createByteWriter } from '../encoding/byte-writer.ts';
import type { ByteWriter } from '../encoding/byte-writer.ts';
import type { RiskBand } from '../risk/risk.ts';
import { readText, writeText } from './text-codec.ts';

export const HOUR_MS = 3_600_000;
/** Hours kept: the last week of each hour of the day, and the day in which it is compared with it. */
export const HOURS_KEPT = 8 * 24;

export const BANDS = ['low', 'medium', 'high'] as const satisfies readonly RiskBand[];

/** The daily scores of one hour of event time, by one model, in one partition; or in several, added up. */
export interface QualityHour {
  readonly modelVersion: string;
  /** Counted from the epoch, UTC. */
  readonly hour: number;
  scores: number;
  /** Scores whose subscriber was in each band afterwards, in BANDS' order. */
  readonly bands: number[];
  /** In the order of the model's drift layout. */
  readonly counts: number[];
}

export function newQualityHour(modelVersion: string, hour: number, width: number): QualityHour {
  return { modelVersion, hour, scores: 0, bands: [0, 0, 0], counts: Array.from({ length: width }, () => 0) };
}

/** Where an hour is kept: the one that it writes over is older than any that is compared. */
export function placeOfHour(hour: number): number {
  return ((hour % HOURS_KEPT) + HOURS_KEPT) % HOURS_KEPT;
}

/** Adds what another partition counted in the same hour with the same model. */
export function addHour(sum: QualityHour, { scores, bands, counts }: QualityHour): void {
  sum.scores += scores;
  addCounts(sum.bands, bands);
  addCounts(sum.counts, counts);
}

export function addCounts(sum: number[], counts: readonly number[]): void {
  for (let i = 0; i < counts.length; i++) sum[i] = (sum[i] ?? 0) + (counts[i] ?? 0);
}

const writer = createByteWriter();

/** @returns bytes that are nobody else's. */
export function encodeQualityHour(hour: QualityHour): Uint8Array<ArrayBuffer> {
  writer.begin();
  writeQualityHour(writer, hour);
  return writer.take().slice();
}

/** @throws RangeError where the bytes are not such an hour. */
export function decodeQualityHour(bytes: Uint8Array): QualityHour {
  const reader = createByteReader(bytes);
  const hour = readQualityHour(reader);
  if (!reader.isAtEnd()) throw new RangeError('bytes are left after an hour of scores');
  return hour;
}

export function writeQualityHour(to: ByteWriter, { modelVersion, hour, scores, bands, counts }: QualityHour): void {
  writeText(to, modelVersion);
  to.signed(hour);
  to.varint(scores);
  for (const count of bands) to.varint(count);
  to.varint(counts.length);
  for (const count of counts) to.varint(count);
}

export function readQualityHour(from: ByteReader): QualityHour {
  const modelVersion = readText(from);
  const hour = from.signed();
  const scores = from.varint();
  const bands = BANDS.map(() => from.varint());
  const width = from.varint();
  const counts: number[] = [];
  for (let i = 0; i < width; i++) counts.push(from.varint());
  return { modelVersion, hour, scores, bands, counts };
}
