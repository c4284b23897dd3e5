/** The way back of the byte writer. Every read throws RangeError where the bytes end too early. */
export interface ByteReader {
  /** Begins with another value. One reader serves many. */
  begin(bytes: Uint8Array): void;
  byte(): number;
  varint(): number;
  signed(): number;
  uint32(): number;
  uint48s(count: number): number[];
  float64(): number;
  isAtEnd(): boolean;
}

const NOTHING = new Uint8Array();

export function createByteReader(first: Uint8Array = NOTHING): ByteReader {
  let bytes = first;
  let at = 0;
  const scratch = new DataView(new ArrayBuffer(8));

  function require(count: number): void {
    if (at + count > bytes.length) throw new RangeError('the value ends too early');
  }

  function byte(): number {
    const value = bytes[at++];
    if (value === undefined) throw new RangeError('the value ends too early');
    return value;
  }

  function varint(): number {
    let value = byte();
    if (value < 0x80) return value;
    value &= 0x7f;
    let scale = 128;
    for (let i = 1; i < 8; i++) {
      const next = byte();
      value += (next & 0x7f) * scale;
      if (next < 0x80) return value;
      scale *= 128;
    }
    throw new RangeError('a number is longer than eight bytes');
  }

  function uint32(): number {
    require(4);
    const value = bigEndian(4);
    at += 4;
    return value;
  }

  function bigEndian(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 256 + (bytes[at + i] ?? 0);
    return value;
  }

  return {
    begin(next) {
      bytes = next;
      at = 0;
    },
    byte,
    varint,
    signed() {
      const value = varint();
      const half = Math.floor(value / 2);
      return half * 2 === value ? half : -half - 1;
    },
    uint32,
    uint48s(count) {
      require(6 * count);
      const values: number[] = [];
      for (let i = 0; i < count; i++) {
        values.push(bigEndian(6));
        at += 6;
      }
      return values;
    },
    float64() {
      require(8);
      for (let i = 0; i < 8; i++) scratch.setUint8(i, bytes[at + i] ?? 0);
      at += 8;
      return scratch.getFloat64(0);
    },
    isAtEnd: () => at === bytes.length,
  };
}
