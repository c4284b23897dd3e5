/**
 * A growing buffer that is filled from its end towards its beginning: a message is written last field first, so that the
 * length of what lies inside it is known when its own prefix is due, and nothing is measured twice or moved.
 */
export interface WireSink {
  bytes: Buffer;
  /** Where the written part begins. */
  at: number;
}

const FIRST_BYTES = 1_024;
/** Up to this length a loop over the characters is faster than a call into the encoder. */
const SHORT_TEXT = 40;

export function createWireSink(): WireSink {
  return { bytes: Buffer.allocUnsafeSlow(FIRST_BYTES), at: FIRST_BYTES };
}

/** Forgets what was written, also by somebody who did not come to the end. */
export function beginAnew(sink: WireSink): void {
  sink.at = sink.bytes.length;
}

/** A copy of what is written. It comes from Node's pool: a buffer of its own costs more than most messages do to write. */
export function copyOf(sink: WireSink): Buffer {
  const copy = Buffer.allocUnsafe(sink.bytes.length - sink.at);
  copy.set(sink.bytes.subarray(sink.at));
  return copy;
}

/** Makes sure that so many bytes can be put in front. */
export function makeRoom(sink: WireSink, count: number): void {
  if (sink.at >= count) return;
  const { bytes, at } = sink;
  const used = bytes.length - at;
  const larger = Buffer.allocUnsafeSlow(Math.max(bytes.length * 2, used + count));
  sink.at = larger.length - used;
  bytes.copy(larger, sink.at, at);
  sink.bytes = larger;
}

/** Puts an unsigned 32-bit integer in front, as a varint. */
export function prependUint32(sink: WireSink, value: number): void {
  makeRoom(sink, 5);
  const { bytes } = sink;
  if (value < 0x80) {
    bytes[--sink.at] = value;
    return;
  }
  const size = value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;
  let at = sink.at - size;
  sink.at = at;
  let rest = value;
  while (rest >= 0x80) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at] = rest;
}

/** Puts a safe integer in front, as a 64-bit varint: two's complement where it is negative. */
export function prependInteger(sink: WireSink, value: number): void {
  if (value >= 0 && value <= 0xffff_ffff) {
    prependUint32(sink, value);
    return;
  }
  makeRoom(sink, 10);
  const { bytes } = sink;
  if (value < 0) {
    prependNegative(sink, value);
    return;
  }
  // Beyond 32 bits: the four lowest groups of seven bits, then the rest, which a varint of 32 bits can hold.
  prependUint32(sink, Math.floor(value / 0x1000_0000));
  const low = value % 0x1000_0000;
  const at = sink.at - 4;
  bytes[at] = (low & 0x7f) | 0x80;
  bytes[at + 1] = ((low >>> 7) & 0x7f) | 0x80;
  bytes[at + 2] = ((low >>> 14) & 0x7f) | 0x80;
  bytes[at + 3] = (low >>> 21) | 0x80;
  sink.at = at;
}

/** Ten bytes, the last of them the sign. */
function prependNegative(sink: WireSink, value: number): void {
  const { bytes } = sink;
  let rest = value;
  const at = sink.at - 10;
  for (let index = 0; index < 9; index += 1) {
    const high = Math.floor(rest / 0x80);
    bytes[at + index] = (rest - high * 0x80) | 0x80;
    rest = high;
  }
  bytes[at + 9] = 1;
  sink.at = at;
}

export function prependDouble(sink: WireSink, value: number): void {
  makeRoom(sink, 8);
  sink.at -= 8;
  sink.bytes.writeDoubleLE(value, sink.at);
}

export function prependFloat(sink: WireSink, value: number): void {
  makeRoom(sink, 4);
  sink.at -= 4;
  sink.bytes.writeFloatLE(value, sink.at);
}

/** Puts a text in front, in UTF-8 and after its length. @returns false where the text has half a surrogate pair. */
export function prependText(sink: WireSink, text: string): boolean {
  const { length } = text;
  // A UTF-16 unit takes at most three bytes; five hold any length.
  makeRoom(sink, length * 3 + 5);
  if (length <= SHORT_TEXT && prependAscii(sink, text)) {
    sink.bytes[--sink.at] = length;
    return true;
  }
  const size = Buffer.byteLength(text);
  if (size !== length && !text.isWellFormed()) return false;
  sink.at -= size;
  sink.bytes.write(text, sink.at, size);
  prependUint32(sink, size);
  return true;
}

function prependAscii(sink: WireSink, text: string): boolean {
  const { bytes } = sink;
  const { length } = text;
  const at = sink.at - length;
  // One look at all the bits afterwards instead of one at each character: what is too much is written over.
  let bits = 0;
  for (let index = 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    bits |= code;
    bytes[at + index] = code;
  }
  if (bits >= 0x80) return false;
  sink.at = at;
  return true;
}
