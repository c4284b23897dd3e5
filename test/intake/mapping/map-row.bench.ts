/**
 * What mapping costs: CPU microseconds per row of a switch's CSV file with 17 columns, three number lookups and two time
 * stamps, with and without the four keyed digests of a row.
 *
 *     node test/intake/mapping/map-row.bench.ts
 */
import { tmpdir } from 'node:os';
import { cpuUsage } from 'node:process';
import { parseFeed } from '../../../services/intake/feed-file/read-feed.ts';
import type { MapRow, MappingPorts } from '../../../services/intake/mapping/map-row.ts';
import { createEventIdentifier, createPseudonymizer } from '../../../services/platform/crypto/pseudonym.ts';

const ROWS = 20_000;
const PASSES = 15;
const WARM_UP_PASSES = 4;

const FEED = `
feed: voice
source: { type: stdin }
progress: { mode: ordered }
mapping:
  use: msc-voice-csv
  numbers: { countryCode: '86', trunkPrefix: '0' }
  lookups:
    network: { match: prefix, of: number, values: { '86139': on_net, '86': off_net }, default: international }
    operator: { match: prefix, of: number, values: { '86139': own, '86186': unicom }, default: '' }
    partyKind: { match: prefix, of: number, values: { '10010': rival_hotline }, default: person }
`;
const COLUMNS =
  'recordType,servedIMSI,servedIMEI,servedMSISDN,callingNumber,calledNumber,recordingEntity,locationAreaCode,cellId,seizureTime,answerTime,releaseTime,callDuration,causeForTerm,callReference,sequenceNumber,networkCallReference'.split(
    ',',
  );

function createRow(index: number): readonly string[] {
  const spread = (factor: number): string => String((index * factor) % 1e8).padStart(8, '0');
  const at = new Date(Date.UTC(2025, 2, 12) + index * 4_000).toISOString().replace(/\D/g, '').slice(2, 14);
  const time = `${at}+0800`;
  return [
    ...[String(index % 2), '460001234567890', `350000${spread(7_919)}0`, `86139${spread(7_919)}`],
    ...[`86139${spread(23_757)}`, `0186${spread(55_433)}`, 'MSC01', '4321', String(index % 60_000)],
    ...[time, time, time, String(index % 600), '0', `ab${spread(7_919)}`, '', String(index)],
  ];
}

function mapperWith(ports: Omit<MappingPorts, 'feed'>): MapRow {
  const feed = parseFeed(FEED, tmpdir(), ports);
  const bound = feed.ok ? feed.value.mapping.bindHeader(COLUMNS) : feed;
  if (!bound.ok) throw new Error(bound.mistakes.join('\n'));
  return bound.value;
}

function measure(map: MapRow, rows: readonly (readonly string[])[]): string {
  const costs: number[] = [];
  for (let pass = 0; pass < PASSES; pass++) {
    const before = cpuUsage();
    for (const row of rows) if (map(row).kind !== 'event') throw new Error('a row was rejected');
    const { user, system } = cpuUsage(before);
    if (pass >= WARM_UP_PASSES) costs.push((user + system) / rows.length);
  }
  const sorted = costs.toSorted((a, b) => a - b);
  const told = [sorted[Math.floor(sorted.length / 2)], sorted[0], sorted.at(-1)].map((cost) => (cost ?? 0).toFixed(2));
  return `median ${told[0] ?? ''} µs, ${told[1] ?? ''} to ${told[2] ?? ''}`;
}

const rows = Array.from({ length: ROWS }, (_, index) => createRow(index));
const secret = 'a secret of the benchmark';
const plain = mapperWith({ pseudonymOf: (raw) => raw, eventIdOf: (parts) => parts.join() });
const keyed = mapperWith({
  pseudonymOf: createPseudonymizer({ keyId: 'bench', secret }),
  eventIdOf: createEventIdentifier({ secret }),
});
console.log(`CPU per row without digests: ${measure(plain, rows)}`);
console.log(`CPU per row with digests:    ${measure(keyed, rows)}`);
