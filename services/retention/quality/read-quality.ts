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

/** How the models do: what the present one sees now, and what became of what each predicted. */
export interface QualityReport {
  readonly model: ModelQuality;
  readonly versions: readonly VersionOutcomes[];
}

export interface QualityReader {
  /** Adds up what the partitions have committed. Transient failures are thrown. */
  read(): Promise<QualityReport>;
}

export function createQualityReader(deps: {
  readonly store: Pick<PartitionStore, 'readPosition' | 'readQualityHours'>;
  readonly model: { readonly modelVersion: string; readonly driftBaseline: DriftBaseline };
  readonly partitionCount: number;
  /** IANA time zone of the operator: when a day ends. */
  readonly timeZone: string;
}): QualityReader {
  const { store, partitionCount } = deps;
  const { modelVersion, driftBaseline } = deps.model;
  const layout = layoutOf(driftBaseline);
  const offsetMsAt = createZoneOffset(deps.timeZone);
  const partitions = Array.from({ length: partitionCount }, (_, partition) => partition);

  async function ledgerOf(partition: number): Promise<QualityLedger | undefined> {
    const { record } = await store.readPosition(partition);
    const quality = record === undefined ? undefined : parsePartitionRecord(record).quality;
    return quality === undefined ? undefined : decodeLedger(Uint8Array.fromBase64(quality));
  }

  async function storedHours(partition: number, hours: readonly number[]): Promise<QualityHour[]> {
    const values = await store.readQualityHours(partition, hours.map(placeOfHour));
    return values
      .flatMap((value) => (value === undefined ? [] : [decodeQualityHour(value)]))
      .filter(({ hour }) => hours.includes(hour));
  }

  return {
    async read() {
      const ledgers = (await Promise.all(partitions.map(ledgerOf))).filter((ledger) => ledger !== undefined);
      const nowHour = newestHour(ledgers, modelVersion);
      const looked = nowHour === undefined ? [] : hoursLookedAt(nowHour);
      const stored = await Promise.all(partitions.map((partition) => storedHours(partition, looked)));
      const open = ledgers.flatMap((ledger) => (ledger.open === undefined ? [] : [ledger.open]));
      const hours = mergeHours([...stored.flat(), ...open], layout, modelVersion);
      const localHourOf = (atMs: number): number => new Date(atMs + offsetMsAt(atMs)).getUTCHours();
      return {
        model: measureModel(hours, layout, { modelVersion, nowHour }, localHourOf),
        versions: measureVersions(ledgers),
      };
    },
  };
}
