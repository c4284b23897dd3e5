import type { ScoreExplanation } from '../core/risk/risk.ts';
import type { ParkReason } from '../core/events/validate-record.ts';

/** The model as the scorer needs it. */
export interface RiskModel {
  /** "name/version". */
  readonly modelVersion: string;
  /** SHA-256 (hex) of the feature schema that its vectors are of. */
  readonly featureSchemaSha256: string;
  /** @param rows `count` feature vectors, one after the other. @returns `count` probabilities, 0–1. */
  scoreBatch(rows: Float32Array, count: number): Promise<Float32Array>;
  /** Exact reasons of one vector's score. */
  explain(vector: Float32Array): ScoreExplanation;
}

/** A record of the input log as it was read. */
export interface InputRecord {
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
  readonly timestampMs: number;
}

export interface ParkedRecord {
  readonly record: InputRecord;
  readonly reason: ParkReason;
  readonly detail: string;
}

/** Writes parked records to the dead-letter topic. Resolves when they are safe; rejects if they may not be. */
export type ParkRecords = (partition: number, parked: readonly ParkedRecord[]) => Promise<void>;
