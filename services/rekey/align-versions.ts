import { decodeLedger, encodeLedger, newLedger } from '../core/quality/quality-ledger.ts';
import type { QualityLedger, VersionLedger } from '../core/quality/quality-ledger.ts';
import { newTally, noOutcomes } from '../core/quality/matured-tally.ts';

/** What partitions know of the model's quality, such that subscribers can move between them with their open predictions. */
export interface AlignedVersions {
  /** The ledgers as the partitions store them. */
  readonly quality: readonly (string | undefined)[];
  /** The number that a version has in another partition; undefined for one that was forgotten. */
  readonly versionOf: (version: number, fromPartition: number, toPartition: number) => number | undefined;
}

/**
 * Each partition numbers versions by itself. Counts stay where they are, for those of all partitions are added up
 * anyway; a partition only learns of versions that it had not heard of. Where all know the same, nothing changes.
 *
 * @param quality the stored ledgers, by partition. @throws RangeError where one cannot be read.
 */
export function alignVersions(quality: readonly (string | undefined)[]): AlignedVersions {
  const before = quality.map(decode);
  const names = new Set(before.flatMap(({ versions }) => versions.map(({ modelVersion }) => modelVersion)));
  const after = before.map((ledger) => withVersions(ledger, names));
  return {
    quality: after.map((ledger, partition) =>
      ledger === before[partition] ? quality[partition] : encodeLedger(ledger).toBase64(),
    ),
    versionOf(version, fromPartition, toPartition) {
      const name = before[fromPartition]?.versions.find(({ number }) => number === version)?.modelVersion;
      return after[toPartition]?.versions.find(({ modelVersion }) => modelVersion === name)?.number;
    },
  };
}

function decode(text: string | undefined): QualityLedger {
  return text === undefined ? newLedger() : decodeLedger(Uint8Array.fromBase64(text));
}

/** Those that are new to a partition come first: it has not scored with them, so that they are forgotten first. */
function withVersions(ledger: QualityLedger, names: ReadonlySet<string>): QualityLedger {
  const known = new Set(ledger.versions.map(({ modelVersion }) => modelVersion));
  const highest = Math.max(-1, ...ledger.versions.map(({ number }) => number));
  const added = [...names]
    .filter((name) => !known.has(name))
    .map((name, place) => emptyVersion(highest + 1 + place, name));
  return added.length === 0 ? ledger : { ...ledger, versions: [...added, ...ledger.versions] };
}

function emptyVersion(number: number, modelVersion: string): VersionLedger {
  const untouched = noOutcomes();
  const contacted = noOutcomes();
  return { number, modelVersion, untouched, contacted, span: 0, present: newTally(), former: newTally() };
}
