import type { ByteReader } from '../encoding/byte-reader.ts';
import type { ByteWriter } from '../encoding/byte-writer.ts';
import { slotReachedBy } from '../time/daily-moment.ts';
import type { OpenPrediction } from './subscriber-state.ts';

const HIGH = 1;
const CONTACTED = 2;
const bits = new DataView(new ArrayBuffer(4));

/** One byte where there is none, else seven or so: head, distance in slots, the score's float32. */
export function writePrediction(writer: ByteWriter, base: number, prediction: OpenPrediction | undefined): void {
  if (prediction === undefined) {
    writer.varint(0);
    return;
  }
  const { slot, riskScore, wasHigh, contacted, version } = prediction;
  writer.varint(1 + (wasHigh ? HIGH : 0) + (contacted ? CONTACTED : 0) + 4 * version);
  writer.signed(slotReachedBy(base) - slot);
  bits.setFloat32(0, riskScore);
  writer.uint32(bits.getUint32(0));
}

/** @param base instant that the slot is stored as a distance from. */
export function readPrediction(reader: ByteReader, base: number): OpenPrediction | undefined {
  const stored = reader.varint();
  if (stored === 0) return undefined;
  const head = stored - 1;
  const slot = slotReachedBy(base) - reader.signed();
  bits.setUint32(0, reader.uint32());
  const riskScore = bits.getFloat32(0);
  return {
    slot,
    riskScore,
    wasHigh: (head & HIGH) !== 0,
    contacted: (head & CONTACTED) !== 0,
    version: Math.floor(head / 4),
  };
}
