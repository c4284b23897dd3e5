import type { RiskBand } from '../risk/risk.ts';
import type { DriftLayout } from './drift-layout.ts';
import { mergeTally, newTally, noOutcomes } from './matured-tally.ts';
import type { MaturedTally, OutcomeCounts } from './matured-tally.ts';
import { REFERENCE_DAYS, SHIFT_HOURS, measureDrift, measureShift } from './measure-drift.ts';
import type { MeasuredDrift, QualityHours } from './measure-drift.ts';
import { measureOutcomes } from './measure-outcomes.ts';
import type { MeasuredOutcomes } from './measure-outcomes.ts';
import { BANDS, HOUR_MS, addCounts, addHour, newQualityHour } from './quality-hour.ts';
import type { QualityHour } from './quality-hour.ts';
import type { QualityLedger, VersionLedger } from './quality-ledger.ts';

/** How a model does, over all partitions. */
export interface ModelQuality {
  readonly modelVersion: string;
  /** Begin of the newest hour of event time that has scores; undefined where nothing was scored yet. */
  readonly hourMs: number | undefined;
  /** Daily scores of the last day, and the share of them in each band. */
  readonly dailyScores: number;
  readonly bandShares: Readonly<Record<RiskBand, number>> | undefined;
  /** The last hours against the same hours of the days before. */
  readonly shift: MeasuredDrift;
  /** The last evening against the population that the model was made for. */
  readonly drift: MeasuredDrift;
}

/** How the scores of one version did, by what happened afterwards. */
export interface VersionOutcomes {
  readonly modelVersion: string;
  /** Of the last thirty to sixty days, without customers whom the desk had spoken with. */
  readonly recent: MeasuredOutcomes;
  /** Since the version began. */
  readonly untouched: OutcomeCounts;
  readonly contacted: OutcomeCounts;
}

/** Hours of the day, counted from local midnight, that are near to the end of the day. */
const EVENING_FROM_HOUR = 21;

/** Adds up hours of several partitions; those of other models or of another layout are left out. */
export function mergeHours(
  hours: Iterable<QualityHour>,
  layout: DriftLayout,
  modelVersion: string,
): Map<number, QualityHour> {
  const merged = new Map<number, QualityHour>();
  for (const hour of hours) {
    if (hour.modelVersion !== modelVersion || hour.counts.length !== layout.width) continue;
    const sum = merged.get(hour.hour) ?? newQualityHour(modelVersion, hour.hour, layout.width);
    addHour(sum, hour);
    merged.set(hour.hour, sum);
  }
  return merged;
}

/** Number of the hour that the partition that is furthest has come to with a model. */
export function newestHour(ledgers: readonly QualityLedger[], modelVersion: string): number | undefined {
  const hours = ledgers.flatMap(({ open }) => (open?.modelVersion === modelVersion ? [open.hour] : []));
  return hours.length === 0 ? undefined : Math.max(...hours);
}

/** All hours that are looked at when the newest is `nowHour`. */
export function hoursLookedAt(nowHour: number): number[] {
  const looked = new Set<number>();
  for (let back = 0; back < 48; back++) looked.add(nowHour - back);
  for (let back = 0; back <= SHIFT_HOURS; back++) {
    for (let day = 1; day <= REFERENCE_DAYS; day++) looked.add(nowHour - back - 24 * day);
  }
  return [...looked];
}

/** @param localHourOf hour of the operator's civil day (0–23) at an instant. */
export function measureModel(
  hours: QualityHours,
  layout: DriftLayout,
  { modelVersion, nowHour }: { readonly modelVersion: string; readonly nowHour: number | undefined },
  localHourOf: (atMs: number) => number,
): ModelQuality {
  const now = nowHour ?? 0;
  const lastDay = newQualityHour(modelVersion, now, 0);
  for (let hour = now - 23; hour <= now; hour++) {
    const found = hours.get(hour);
    if (found === undefined) continue;
    lastDay.scores += found.scores;
    addCounts(lastDay.bands, found.bands);
  }
  return {
    modelVersion,
    hourMs: nowHour === undefined ? undefined : nowHour * HOUR_MS,
    dailyScores: lastDay.scores,
    bandShares: lastDay.scores === 0 ? undefined : bandShares(lastDay),
    shift: measureShift(hours, layout, now),
    drift: measureDrift(hours, layout, lastEvening(now, localHourOf)),
  };
}

/** By version, in alphabetical order. */
export function measureVersions(ledgers: readonly QualityLedger[]): VersionOutcomes[] {
  const byVersion = new Map<string, VersionLedger[]>();
  for (const version of ledgers.flatMap(({ versions }) => versions)) {
    byVersion.set(version.modelVersion, [...(byVersion.get(version.modelVersion) ?? []), version]);
  }
  const span = Math.max(...[...byVersion.values()].flat().map((version) => version.span));
  return [...byVersion]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([modelVersion, parts]) => ({
      modelVersion,
      recent: measureOutcomes(recentTally(parts, span)),
      untouched: addOutcomes(parts.map(({ untouched }) => untouched)),
      contacted: addOutcomes(parts.map(({ contacted }) => contacted)),
    }));
}

/** Of the newest span and the one before; a partition in which nothing matured since may still be in an older one. */
function recentTally(parts: readonly VersionLedger[], newestSpan: number): MaturedTally {
  const sum = newTally();
  for (const { span, present, former } of parts) {
    if (span >= newestSpan - 1) mergeTally(sum, present);
    if (span === newestSpan) mergeTally(sum, former);
  }
  return sum;
}

function addOutcomes(parts: readonly OutcomeCounts[]): OutcomeCounts {
  const sum = noOutcomes();
  for (const { gone, stayed, highGone, highStayed } of parts) {
    sum.gone += gone;
    sum.stayed += stayed;
    sum.highGone += highGone;
    sum.highStayed += highStayed;
  }
  return sum;
}

function bandShares({ bands, scores }: QualityHour): Readonly<Record<RiskBand, number>> {
  const share = (band: RiskBand): number => (bands[BANDS.indexOf(band)] ?? 0) / scores;
  return { low: share('low'), medium: share('medium'), high: share('high') };
}

/** The latest evening that is over: the hours before the last local midnight. */
function lastEvening(nowHour: number, localHourOf: (atMs: number) => number): number[] {
  const evening: number[] = [];
  for (let hour = nowHour - 1; hour > nowHour - 48; hour--) {
    const isEvening = localHourOf(hour * HOUR_MS) >= EVENING_FROM_HOUR;
    if (isEvening && (evening.length > 0 || localHourOf((hour + 1) * HOUR_MS) < EVENING_FROM_HOUR)) evening.push(hour);
    else if (evening.length > 0) break;
  }
  return evening;
}
