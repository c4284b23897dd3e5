import { PARK_REASONS } from '../events/validate-record.ts';
import type { ParkReason } from '../events/validate-record.ts';
import { START_OF_TIME } from '../time/partition-time.ts';
import type { PartitionTime } from '../time/partition-time.ts';
import { NO_RUBBISH, parseRubbishWindow } from './rubbish-window.ts';
import type { RubbishWindow } from './rubbish-window.ts';

/** What became of the records of one partition since its first, each counted once, with the commit that settled it. */
export interface PartitionCounts {
  readonly folded: number;
  readonly duplicates: number;
  readonly late: number;
  /** Parked for another reason than lateness. */
  readonly parked: number;
  readonly marks: number;
  readonly outcomes: number;
  readonly subscribers: number;
  readonly scored: number;
  readonly episodes: number;
}

/** Where the daily sweep stands: the next slot (counted from the epoch) and the next member in it. */
export interface SweepCursor {
  readonly slot: number;
  readonly index: number;
}

/** What a partition's commit carries beside states: event time, sweep, books and how the model does. */
export interface PartitionRecord {
  readonly time: PartitionTime;
  /** Undefined before the first watermark. */
  readonly sweep: SweepCursor | undefined;
  readonly counts: PartitionCounts;
  readonly parkedByReason: Readonly<Partial<Record<ParkReason, number>>>;
  /** Of the last records those that were parked; late ones are none. */
  readonly rubbish: RubbishWindow;
  /** The ledger of core/quality, encoded (base64); undefined before the first daily score. */
  readonly quality: string | undefined;
}

export const NO_COUNTS: PartitionCounts = {
  folded: 0,
  duplicates: 0,
  late: 0,
  parked: 0,
  marks: 0,
  outcomes: 0,
  subscribers: 0,
  scored: 0,
  episodes: 0,
};

export const NEW_PARTITION: PartitionRecord = {
  time: START_OF_TIME,
  sweep: undefined,
  counts: NO_COUNTS,
  parkedByReason: {},
  rubbish: NO_RUBBISH,
  quality: undefined,
};

/** Records that books speak of, whatever became of them. */
export function recordsIn({ folded, duplicates, late, parked, marks, outcomes }: PartitionCounts): number {
  return folded + duplicates + late + parked + marks + outcomes;
}

/**
 * Feeds are written as pairs: as keys, names of one character that JSON escapes come back as another one from JSON.parse of
 * present V8 (https://github.com/nodejs/node/issues/63785), and time would wait for a feed that does not exist.
 */
export function formatPartitionRecord({ time, ...record }: PartitionRecord): string {
  return JSON.stringify({ time: { ...time, feeds: Object.entries(time.feeds) }, ...record });
}

/** @throws TypeError where the text is not such a record. */
export function parsePartitionRecord(text: string): PartitionRecord {
  const root = objectOf(JSON.parse(text), 'record');
  const time = objectOf(root['time'], 'time');
  const counts = objectOf(root['counts'], 'counts');
  const parked = objectOf(root['parkedByReason'], 'parkedByReason');
  const sweep = root['sweep'] === undefined ? undefined : objectOf(root['sweep'], 'sweep');
  return {
    time: {
      watermarkMs: optionalNumber(time, 'watermarkMs'),
      highestEventMs: optionalNumber(time, 'highestEventMs'),
      feeds: parseFeeds(time['feeds']),
    },
    sweep: sweep === undefined ? undefined : { slot: numberOf(sweep, 'slot'), index: numberOf(sweep, 'index') },
    counts: {
      folded: numberOf(counts, 'folded'),
      duplicates: numberOf(counts, 'duplicates'),
      late: numberOf(counts, 'late'),
      parked: numberOf(counts, 'parked'),
      marks: numberOf(counts, 'marks'),
      outcomes: numberOf(counts, 'outcomes'),
      subscribers: numberOf(counts, 'subscribers'),
      scored: numberOf(counts, 'scored'),
      episodes: numberOf(counts, 'episodes'),
    },
    parkedByReason: Object.fromEntries(
      PARK_REASONS.filter((reason) => reason in parked).map((reason) => [reason, numberOf(parked, reason)]),
    ),
    rubbish: parseRubbishWindow(root['rubbish']),
    quality: root['quality'] === undefined ? undefined : textOf(root, 'quality'),
  };
}

/** Pairs; an object where the record is from before they were. */
function parseFeeds(feeds: unknown): Record<string, number> {
  const pairs: readonly unknown[] = Array.isArray(feeds) ? feeds : Object.entries(objectOf(feeds, 'time.feeds'));
  return Object.fromEntries(
    pairs.map((pair) => {
      const parts: readonly unknown[] = Array.isArray(pair) ? pair : [];
      const [feed, completeThroughMs] = parts;
      if (typeof feed !== 'string' || typeof completeThroughMs !== 'number') {
        throw new TypeError('time.feeds is not a list of names and times');
      }
      return [feed, completeThroughMs];
    }),
  );
}

function objectOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${name} is not an object`);
  return { ...value };
}

function numberOf(object: Readonly<Record<string, unknown>>, name: string): number {
  const value = object[name];
  if (typeof value !== 'number') throw new TypeError(`${name} is not a number`);
  return value;
}

function textOf(object: Readonly<Record<string, unknown>>, name: string): string {
  const value = object[name];
  if (typeof value !== 'string') throw new TypeError(`${name} is not a text`);
  return value;
}

function optionalNumber(object: Readonly<Record<string, unknown>>, name: string): number | undefined {
  return object[name] === undefined ? undefined : numberOf(object, name);
}
