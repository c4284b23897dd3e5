import { createByteReader } from '../encoding/byte-reader.ts';
import { createByteWriter } from '../encoding/byte-writer.ts';
import type { ByteReader } from '../encoding/byte-reader.ts';
import type { ByteWriter } from '../encoding/byte-writer.ts';
import type { RiskBand } from '../risk/risk.ts';
import type { OpenPrediction } from '../subscriber/subscriber-state.ts';
import { countVector } from './drift-layout.ts';
import type { DriftLayout } from './drift-layout.ts';
import { addToTally, countOutcome, newTally, noOutcomes, readTally, writeTally } from './matured-tally.ts';
import type { MaturedTally, OutcomeCounts } from './matured-tally.ts';
import type { PredictionOutcome } from './open-prediction.ts';
import { BANDS, HOUR_MS, newQualityHour, readQualityHour, writeQualityHour } from './quality-hour.ts';
import type { QualityHour } from './quality-hour.ts';
import { readText, writeText } from './text-codec.ts';

/** Matured predictions are tallied by spans of thirty days, of which the present and the last are kept. */
export const SPAN_MS = 30 * 86_400_000;
/** Versions whose predictions are remembered: those that scored last. Predictions of others are dropped when they mature. */
const VERSIONS_KEPT = 4;

/** What became of the predictions of one version of the model, in one partition. */
export interface VersionLedger {
  readonly number: number;
  readonly modelVersion: string;
  /** Since the version began. */
  readonly untouched: OutcomeCounts;
  /** Of customers whom the desk spoke with in between. */
  readonly contacted: OutcomeCounts;
  /** Number of the present span, counted from the epoch. */
  span: number;
  /** Of those whom the desk did not speak with: in the present span, and in the one before. */
  present: MaturedTally;
  former: MaturedTally;
}

/**
 * What a partition knows of how its model does. Decided by the log alone, changed in place, committed with the
 * partition's record; everything in it merges over partitions by adding.
 */
export interface QualityLedger {
  /** The one that scores now last, the others by when they last did. */
  versions: VersionLedger[];
  /** Daily scores of the hour that is not over yet. */
  open: QualityHour | undefined;
  /** Hours that are over and not written yet. Not part of the stored text. */
  closed: QualityHour[];
}

export function newLedger(): QualityLedger {
  return { versions: [], open: undefined, closed: [] };
}

/**
 * Counts a score of a daily moment. Only these are counted: everyone has one a day, at a moment that the id spreads over
 * the day, so that those of any hours are an even sample of all subscribers and heavy users do not weigh more.
 */
export function countDailyScore(
  ledger: QualityLedger,
  layout: DriftLayout,
  score: {
    readonly modelVersion: string;
    readonly momentMs: number;
    readonly vectors: Float32Array;
    readonly at: number;
    readonly riskScore: number;
    readonly riskBand: RiskBand;
  },
): void {
  const hour = Math.floor(score.momentMs / HOUR_MS);
  const open = openHour(ledger, score.modelVersion, hour, layout.width);
  const band = BANDS.indexOf(score.riskBand);
  open.scores++;
  open.bands[band] = (open.bands[band] ?? 0) + 1;
  countVector(open.counts, layout, score);
}

/**
 * Number under which open predictions name a version. One that comes back while it is remembered goes on under its own:
 * while scorers of two versions take turns, as in a roll-out, nothing is forgotten.
 */
export function versionNumber(ledger: QualityLedger, modelVersion: string): number {
  const newest = ledger.versions.at(-1);
  if (newest?.modelVersion === modelVersion) return newest.number;
  const known = ledger.versions.findLast((version) => version.modelVersion === modelVersion);
  if (known !== undefined) {
    ledger.versions = [...ledger.versions.filter((version) => version !== known), known];
    return known.number;
  }
  // The highest number is always among those kept, for only a higher one pushes it out: none is given twice.
  const number = Math.max(-1, ...ledger.versions.map((version) => version.number)) + 1;
  const added: VersionLedger = {
    number,
    modelVersion,
    untouched: noOutcomes(),
    contacted: noOutcomes(),
    span: 0,
    present: newTally(),
    former: newTally(),
  };
  ledger.versions = [...ledger.versions, added].slice(-VERSIONS_KEPT);
  return number;
}

/** Counts a prediction whose outcome is known, under its own version. */
export function countMatured(
  ledger: QualityLedger,
  prediction: OpenPrediction,
  outcome: PredictionOutcome,
  atMs: number,
): void {
  const version = ledger.versions.find(({ number }) => number === prediction.version);
  if (version === undefined) return;
  countOutcome(prediction.contacted ? version.contacted : version.untouched, prediction, outcome);
  if (prediction.contacted) return;
  moveSpan(version, Math.floor(atMs / SPAN_MS));
  addToTally(version.present, prediction, outcome);
}

/** A span that is over is not opened again: what is late counts as of now. */
function moveSpan(version: VersionLedger, span: number): void {
  if (span <= version.span) return;
  version.former = span === version.span + 1 ? version.present : newTally();
  version.present = newTally();
  version.span = span;
}

function openHour(ledger: QualityLedger, modelVersion: string, hour: number, width: number): QualityHour {
  const { open } = ledger;
  if (open?.hour === hour && open.modelVersion === modelVersion && open.counts.length === width) return open;
  // The rest of an hour in which the model was changed is the new one's.
  if (open !== undefined && open.hour !== hour) ledger.closed.push(open);
  const opened = newQualityHour(modelVersion, hour, width);
  ledger.open = opened;
  return opened;
}

const LAYOUT = 1;
const writer = createByteWriter();

/** @returns bytes that are nobody else's. */
export function encodeLedger({ versions, open }: QualityLedger): Uint8Array<ArrayBuffer> {
  writer.begin();
  writer.byte(LAYOUT);
  writer.varint(versions.length);
  for (const version of versions) writeVersion(writer, version);
  writer.byte(open === undefined ? 0 : 1);
  if (open !== undefined) writeQualityHour(writer, open);
  return writer.take().slice();
}

/** @throws RangeError where the bytes are not such a ledger. */
export function decodeLedger(bytes: Uint8Array): QualityLedger {
  const reader = createByteReader(bytes);
  const layout = reader.byte();
  if (layout !== LAYOUT) throw new RangeError(`quality ledger of layout ${layout}, expected ${LAYOUT}`);
  const versions: VersionLedger[] = [];
  for (let left = reader.varint(); left > 0; left--) versions.push(readVersion(reader));
  const open = reader.byte() === 0 ? undefined : readQualityHour(reader);
  if (!reader.isAtEnd()) throw new RangeError('bytes are left after the quality ledger');
  return { versions, open, closed: [] };
}

function writeVersion(to: ByteWriter, version: VersionLedger): void {
  to.varint(version.number);
  writeText(to, version.modelVersion);
  for (const { gone, stayed, highGone, highStayed } of [version.untouched, version.contacted]) {
    for (const count of [gone, stayed, highGone, highStayed]) to.varint(count);
  }
  to.signed(version.span);
  writeTally(to, version.present);
  writeTally(to, version.former);
}

function readVersion(from: ByteReader): VersionLedger {
  const readCounts = (): OutcomeCounts => ({
    gone: from.varint(),
    stayed: from.varint(),
    highGone: from.varint(),
    highStayed: from.varint(),
  });
  return {
    number: from.varint(),
    modelVersion: readText(from),
    untouched: readCounts(),
    contacted: readCounts(),
    span: from.signed(),
    present: readTally(from),
    former: readTally(from),
  };
}
