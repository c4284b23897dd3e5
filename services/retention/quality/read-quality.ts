import { parsePartitionRecord } from '../../core/partition/partition-record.ts';
import type { DriftBaseline } from '../../core/quality/drift-baseline.ts';
import { layoutOf } from '../../core/quality/drift-layout.ts';
import {
  hoursLookedAt,
  measureModel,
  measureVersions,
  mergeHours,
  newestHour,
} from '../../core/quality/measure-quality.ts';
import type { ModelQuality, VersionOutcomes } from '../../core/quality/measure-quality.ts';
import { decodeQualityHour, placeOfHour } from '../../core/quality/quality-hour.ts';
import type { QualityHour } from '../../core/quality/quality-hour.ts';
import { decodeLedger } from '../../core/quality/quality-ledger.ts';
import type { QualityLedger } from '../../core/quality/quality-ledger.ts';
import { createZoneOffset } from '../../core/time/zone-offset.ts';
import type { PartitionStore } from '../../platform/redis/partition-store.ts';
import { shareReads } from './share-reads.ts';

/** How the models do: what the present one sees now, and what became of what each predicted. */
export interface QualityReport {
  readonly model: ModelQuality;
  readonly versions: readonly VersionOutcomes[];
}

export interface QualityReader {
  /** Adds up what the partitions have committed, as of REPORT_KEPT_MS ago at most. Transient failures are thrown. */
  read(): Promise<QualityReport>;
}

/** A read decodes some eighty hours of each partition: whoever asks again before this is over is told the same. */
export const REPORT_KEPT_MS = 5_000;

/** What one commit of a partition says. */
interface PartitionLedger {
  readonly partition: number;
  readonly ledger: QualityLedger;
}

export function createQualityReader(deps: {
  readonly store: Pick<PartitionStore, 'readPosition' | 'readQualityHours'>;
  readonly model: { readonly modelVersion: string; readonly driftBaseline: DriftBaseline };
  readonly partitionCount: number;
  /** IANA time zone of the operator: when a day ends. */
  readonly timeZone: string;
  /** Any clock that does not go back; the process's own where none is given. */
  readonly elapsedMs?: () => number;
}): QualityReader {
  const { store, partitionCount } = deps;
  const { modelVersion, driftBaseline } = deps.model;
  const layout = layoutOf(driftBaseline);
  const offsetMsAt = createZoneOffset(deps.timeZone);
  const partitions = Array.from({ length: partitionCount }, (_, partition) => partition);

  async function ledgerOf(partition: number): Promise<PartitionLedger | undefined> {
    const { record } = await store.readPosition(partition);
    const quality = record === undefined ? undefined : parsePartitionRecord(record).quality;
    return quality === undefined ? undefined : { partition, ledger: decodeLedger(Uint8Array.fromBase64(quality)) };
  }

  /**
   * The partition's hours as of the commit of its ledger, although stored hours are read later and commits go on:
   *
   *     read the ledger: hour 9 open, 100 scores
   *         … a commit stores hour 9 with its 101 scores and opens hour 10; perhaps another stores hour 10 …
   *     read stored hours: … 7, 8, 9, 10
   *
   * Hours before the open one were over at that commit and are the same ever since. The open one and what comes after are
   * left out of the stored ones, so that hour 9 is not counted twice, and not left out either, as it could be if stored
   * hours were read first.
   */
  async function hoursOf({ partition, ledger: { open } }: PartitionLedger, looked: readonly number[]) {
    if (open === undefined) return [];
    const over = looked.filter((hour) => hour < open.hour);
    const values = await store.readQualityHours(partition, over.map(placeOfHour));
    const stored: QualityHour[] = values.flatMap((value) => (value === undefined ? [] : [decodeQualityHour(value)]));
    return [...stored.filter(({ hour }) => over.includes(hour)), open];
  }

  async function read(): Promise<QualityReport> {
    const known = (await Promise.all(partitions.map(ledgerOf))).filter((found) => found !== undefined);
    const ledgers = known.map(({ ledger }) => ledger);
    const nowHour = newestHour(ledgers, modelVersion);
    const looked = nowHour === undefined ? [] : hoursLookedAt(nowHour);
    const hours = (await Promise.all(known.map((found) => hoursOf(found, looked)))).flat();
    const localHourOf = (atMs: number): number => new Date(atMs + offsetMsAt(atMs)).getUTCHours();
    return {
      model: measureModel(mergeHours(hours, layout, modelVersion), layout, { modelVersion, nowHour }, localHourOf),
      versions: measureVersions(ledgers),
    };
  }

  return { read: shareReads(read, { keptMs: REPORT_KEPT_MS, elapsedMs: deps.elapsedMs ?? (() => performance.now()) }) };
}
