/**
 * Appends numbers to a growing buffer; `take` hands out what was written and begins anew. One writer serves many
 * values: they lie one after the other in large chunks, so that a value costs no allocation of its own and no copy.
 */
export interface ByteWriter {
  /** Begins anew, also after a value that could not be written to its end. */
  begin(): void;
  byte(value: number): void;
  /** Unsigned integer up to 2^53 − 1, 7 bits a byte, least significant first. */
  varint(value: number): void;
  /** Signed integer within ±2^52, zig-zag. @throws RangeError outside. */
  signed(value: number): void;
  /** Unsigned integer below 2^32 in four bytes. */
  uint32(value: number): void;
  /** Unsigned integers below 2^48 in six bytes each. */
  uint48s(values: readonly number[]): void;
  float64(value: number): void;
  /** The value's bytes. They stay as they are, but share a chunk with others: who keeps one for long copies it. */
  take(): Uint8Array<ArrayBuffer>;
}

const MAX_SIGNED = 2 ** 52;
const CHUNK_BYTES = 65_536;

export function createByteWriter(): ByteWriter {
  let bytes = new Uint8Array(CHUNK_BYTES);
  let view = new DataView(bytes.buffer);
  let start = 0;
  let end = 0;

  /** Goes on in a new chunk; what was written of the present value comes along. */
  function nextChunk(count: number): void {
    const written = end - start;
    const larger = new Uint8Array(Math.max(CHUNK_BYTES, 2 * (written + count)));
    larger.set(bytes.subarray(start, end));
    bytes = larger;
    view = new DataView(larger.buffer);
    start = 0;
    end = written;
  }

  function varint(value: number): void {
    if (end + 8 > bytes.length) nextChunk(8);
    let rest = value;
    while (rest >= 2 ** 28) {
      const higher = Math.floor(rest / 128);
      bytes[end++] = (rest - higher * 128) | 0x80;
      rest = higher;
    }
    while (rest >= 128) {
      bytes[end++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[end++] = rest;
  }

  return {
    begin() {
      end = start;
    },
    byte(value) {
      if (end === bytes.length) nextChunk(1);
      bytes[end++] = value;
    },
    varint,
    signed(value) {
      if (!(value >= -MAX_SIGNED && value <= MAX_SIGNED)) throw new RangeError('a number is beyond ±2^52');
      varint(value < 0 ? -2 * value - 1 : 2 * value);
    },
    uint32(value) {
      if (end + 4 > bytes.length) nextChunk(4);
      view.setUint32(end, value);
      end += 4;
    },
    uint48s(values) {
      const count = values.length;
      if (end + 6 * count > bytes.length) nextChunk(6 * count);
      for (let i = 0; i < count; i++) {
        const value = values[i] ?? 0;
        const high = Math.floor(value / 2 ** 32);
        view.setUint16(end, high);
        // Not value % 2 ** 32: the remainder of floats is a slow call.
        view.setUint32(end + 2, value - high * 2 ** 32);
        end += 6;
      }
    },
    float64(value) {
      if (end + 8 > bytes.length) nextChunk(8);
      view.setFloat64(end, value);
      end += 8;
    },
    take() {
      const taken = bytes.subarray(start, end);
      start = end;
      return taken;
    },
  };
}
