import type { ByteReader } from '../encoding/byte-reader.ts';
import type { ByteWriter } from '../encoding/byte-writer.ts';
import type { RiskBand } from '../risk/risk.ts';
import { member } from './profile-codec.ts';
import type { RiskState } from './subscriber-state.ts';

const BANDS: readonly RiskBand[] = ['low', 'medium', 'high'];

const OPEN = 4;
const SCORED = 8;
const BELOW = 16;
const OPENED = 32;
const CLOSED = 64;
const SUPPRESSED = 128;

/**
 * Band, flags and the score's exact bits: what was said must be what is told later.
 *
 * @param base instant that times are stored as distances from.
 */
export function writeRisk(writer: ByteWriter, base: number, risk: RiskState): void {
  const { riskScore, belowSinceMs, episodeOpenedAtMs, episodeClosedAtMs, suppressedUntilMs } = risk;
  writer.byte(
    BANDS.indexOf(risk.band) |
      (risk.episodeOpen ? OPEN : 0) |
      (riskScore === undefined ? 0 : SCORED) |
      (belowSinceMs === undefined ? 0 : BELOW) |
      (episodeOpenedAtMs === undefined ? 0 : OPENED) |
      (episodeClosedAtMs === undefined ? 0 : CLOSED) |
      (suppressedUntilMs === undefined ? 0 : SUPPRESSED),
  );
  writer.varint(risk.episode);
  if (riskScore !== undefined) writer.float64(riskScore);
  if (belowSinceMs !== undefined) writer.signed(base - belowSinceMs);
  if (episodeOpenedAtMs !== undefined) writer.signed(base - episodeOpenedAtMs);
  if (episodeClosedAtMs !== undefined) writer.signed(base - episodeClosedAtMs);
  if (suppressedUntilMs !== undefined) writer.signed(suppressedUntilMs - base);
}

export function readRisk(reader: ByteReader, base: number): RiskState {
  const flags = reader.byte();
  const episode = reader.varint();
  return {
    band: member(BANDS, flags & 3),
    riskScore: (flags & SCORED) === 0 ? undefined : reader.float64(),
    belowSinceMs: (flags & BELOW) === 0 ? undefined : base - reader.signed(),
    episode,
    episodeOpen: (flags & OPEN) !== 0,
    episodeOpenedAtMs: (flags & OPENED) === 0 ? undefined : base - reader.signed(),
    episodeClosedAtMs: (flags & CLOSED) === 0 ? undefined : base - reader.signed(),
    suppressedUntilMs: (flags & SUPPRESSED) === 0 ? undefined : base + reader.signed(),
  };
}
