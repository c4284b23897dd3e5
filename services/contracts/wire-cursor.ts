const SHORT_TEXT = 8;
/** Behind every end. */
const GAVE_UP = 2 ** 30;

/**
 * Reads plain protobuf: numbers up to 2^49, ASCII. At anything else it gives up: it stands behind every end, and what
 * it returns is void.
 */
export interface WireCursor {
  begin(bytes: Buffer): void;
  isBefore(end: number): boolean;
  isAt(end: number): boolean;
  expectAt(end: number): void;
  giveUp(): void;
  varint(): number;
  uint32(): number;
  zigZag(): number;
  /** The name of an enum's value. */
  member<T>(names: readonly [T, ...T[]]): T;
  text(): string;
  /** @returns where the part that begins here ends. */
  delimited(): number;
}

export function createWireCursor(): WireCursor {
  let bytes: Buffer = Buffer.alloc(0);
  let at = 0;

  function giveUp(): void {
    at = GAVE_UP;
  }

  function varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 7; i++) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      if (byte < 0x80) return value + byte * scale;
      value += (byte & 0x7f) * scale;
      scale *= 128;
    }
    giveUp();
    return 0;
  }

  function uint32(): number {
    const value = varint();
    if (value >= 2 ** 32) giveUp();
    return value;
  }

  function delimited(): number {
    const length = varint();
    const end = at + length;
    if (end <= bytes.length) return end;
    giveUp();
    return 0;
  }

  return {
    begin(next) {
      bytes = next;
      at = 0;
    },
    isBefore: (end) => at < end,
    isAt: (end) => at === end,
    expectAt(end) {
      if (at !== end) giveUp();
    },
    giveUp,
    varint,
    uint32,
    zigZag() {
      const value = uint32();
      return (value >>> 1) ^ -(value & 1);
    },
    member(names) {
      const name = names[varint()];
      if (name !== undefined) return name;
      giveUp();
      return names[0];
    },
    text() {
      const end = delimited();
      const start = at;
      while (at < end && (bytes[at] ?? 0) < 0x80) at++;
      if (at !== end) {
        giveUp();
        return '';
      }
      // Building a short text here is faster than a call into the decoder; a longer one would leave too much garbage.
      if (end - start > SHORT_TEXT) return bytes.toString('latin1', start, end);
      let text = '';
      for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i] ?? 0);
      return text;
    },
    delimited,
  };
}
