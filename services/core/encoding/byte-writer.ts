/** Appends numbers to a growing buffer; `take` hands out a copy and begins anew. One writer serves many values. */
export interface ByteWriter {
  /** Begins anew, also after a value that could not be written to its end. */
  begin(): void;
  byte(value: number): void;
  /** Unsigned integer up to 2^53 − 1, 7 bits a byte, least significant first. */
  varint(value: number): void;
  /** Signed integer within ±2^52, zig-zag. @throws RangeError outside. */
  signed(value: number): void;
  /** Unsigned integer below 2^48 in six bytes. */
  uint48(value: number): void;
  float64(value: number): void;
  take(): Uint8Array<ArrayBuffer>;
}

const MAX_SIGNED = 2 ** 52;

export function createByteWriter(): ByteWriter {
  let bytes = new Uint8Array(1_024);
  let view = new DataView(bytes.buffer);
  let length = 0;

  function room(count: number): void {
    if (length + count <= bytes.length) return;
    const larger = new Uint8Array(Math.max(bytes.length * 2, length + count));
    larger.set(bytes);
    bytes = larger;
    view = new DataView(larger.buffer);
  }

  function varint(value: number): void {
    room(8);
    let rest = value;
    while (rest >= 2 ** 28) {
      bytes[length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 128) {
      bytes[length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[length++] = rest;
  }

  return {
    begin() {
      length = 0;
    },
    byte(value) {
      room(1);
      bytes[length++] = value;
    },
    varint,
    signed(value) {
      if (!(value >= -MAX_SIGNED && value <= MAX_SIGNED)) throw new RangeError('a number is beyond ±2^52');
      varint(value < 0 ? -2 * value - 1 : 2 * value);
    },
    uint48(value) {
      room(6);
      view.setUint16(length, value / 2 ** 32);
      view.setUint32(length + 2, value % 2 ** 32);
      length += 6;
    },
    float64(value) {
      room(8);
      view.setFloat64(length, value);
      length += 8;
    },
    take() {
      const taken = bytes.slice(0, length);
      length = 0;
      return taken;
    },
  };
}
