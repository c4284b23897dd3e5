import type { OrderResult } from '../core/events/account.ts';
import { FEATURES } from '../core/features/registry.ts';
import { NO_COUNTS } from '../core/partition/partition-record.ts';
import type { PartitionCounts, PartitionRecord } from '../core/partition/partition-record.ts';
import type { ParkReason } from '../core/events/validate-record.ts';
import type { ScoreCause } from '../core/risk/risk.ts';
import type { SubscriberState } from '../core/subscriber/subscriber-state.ts';
import type { ParkedRecord } from './ports.ts';

/** A daily moment, and what was known of the subscriber just then. */
export interface DailyMoment {
  readonly momentMs: number;
  /** Time of the last activity of the subscriber's own; −Infinity for none on record. */
  readonly ownActivityMs: number;
}

/** Something that decides about a subscriber's risk, in the order of the log. */
export type DecisionPoint =
  | {
      readonly type: 'score';
      /** What brought the score about, unique for the subscriber. */
      readonly pointId: string;
      readonly subscriberId: string;
      readonly state: SubscriberState;
      readonly cause: ScoreCause;
      readonly asOfMs: number;
      readonly staleFeeds: readonly string[];
      readonly feedsBehind: boolean;
      /** Undefined where an event brought the score about. */
      readonly daily: DailyMoment | undefined;
      readonly watermarkMs: number | undefined;
      /** Row of the batch's vectors. */
      readonly row: number;
    }
  | {
      readonly type: 'outcome';
      readonly subscriberId: string;
      readonly state: SubscriberState;
      readonly episode: number;
      readonly result: OrderResult;
      readonly atMs: number;
    }
  | {
      readonly type: 'left';
      readonly pointId: string;
      readonly subscriberId: string;
      readonly state: SubscriberState;
      readonly atMs: number;
    };

/** What was read and folded since the last commit, and still has to be scored, decided and written. */
export interface PartitionBatch {
  readonly touched: Map<string, SubscriberState>;
  readonly newcomers: string[];
  readonly points: DecisionPoint[];
  readonly parked: ParkedRecord[];
  readonly counted: Record<keyof PartitionCounts, number>;
  /** Feature vectors, row after row. */
  vectors: Float32Array;
  rows: number;
}

const INITIAL_ROWS = 256;

/** @param room vectors of a batch that is done with, to be written over: new ones each time cost collections. */
export function newBatch(room: Float32Array = new Float32Array(INITIAL_ROWS * FEATURES.length)): PartitionBatch {
  return {
    touched: new Map(),
    newcomers: [],
    points: [],
    parked: [],
    counted: { ...NO_COUNTS },
    vectors: room,
    rows: 0,
  };
}

/** Room for one more vector, which begins at its row times the number of features. @returns its row. */
export function addRow(batch: PartitionBatch): number {
  const row = batch.rows;
  if ((row + 1) * FEATURES.length > batch.vectors.length) {
    const larger = new Float32Array(batch.vectors.length * 2);
    larger.set(batch.vectors);
    batch.vectors = larger;
  }
  batch.rows++;
  return row;
}

export function vectorOf(batch: PartitionBatch, row: number): Float32Array {
  return batch.vectors.subarray(row * FEATURES.length, (row + 1) * FEATURES.length);
}

/** The partition's record with what the batch settles. */
export function withCounts(record: PartitionRecord, batch: PartitionBatch): PartitionRecord {
  const counts: Record<keyof PartitionCounts, number> = { ...record.counts };
  for (const name of Object.keys(counts) as (keyof PartitionCounts)[]) counts[name] += batch.counted[name];
  const parkedByReason: Partial<Record<ParkReason, number>> = { ...record.parkedByReason };
  for (const { reason } of batch.parked) parkedByReason[reason] = (parkedByReason[reason] ?? 0) + 1;
  return { ...record, counts, parkedByReason };
}
