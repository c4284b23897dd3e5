/** The way back of the byte writer. Every method throws RangeError where the bytes end too early. */
export interface ByteReader {
  byte(): number;
  varint(): number;
  signed(): number;
  uint48(): number;
  float64(): number;
  isAtEnd(): boolean;
}

export function createByteReader(bytes: Uint8Array): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

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

  return {
    byte,
    varint,
    signed() {
      const value = varint();
      return value % 2 === 1 ? -((value + 1) / 2) : value / 2;
    },
    uint48() {
      const value = view.getUint16(at) * 2 ** 32 + view.getUint32(at + 2);
      at += 6;
      return value;
    },
    float64() {
      const value = view.getFloat64(at);
      at += 8;
      return value;
    },
    isAtEnd: () => at === bytes.length,
  };
}
