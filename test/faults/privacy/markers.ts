import { createHash } from 'node:crypto';

/** Something that must not be found, in one of the ways in which it may be written: told by its bytes, or by a look at all. */
export type Needle = { readonly of: string; readonly how: string } & (
  { readonly bytes: Buffer } | { readonly isIn: (bytes: Buffer) => boolean }
);

const COUNTRY_CODE = '86';

/** Numbers that share their first nine digits, so that any of them is found by these. */
export interface MarkedNumbers {
  readonly stem: string;
  /** The nth of a hundred, in international digits. */
  readonly numberOf: (nth: number) => string;
}

/** @param stem nine digits of a mobile number of China. */
export function markedNumbers(stem: string): MarkedNumbers {
  return { stem, numberOf: (nth) => `${COUNTRY_CODE}${stem}${String(nth).padStart(2, '0')}` };
}

/** What a number shares with those around it. */
export function stemOf(number: string): string {
  return number.slice(COUNTRY_CODE.length, -2);
}

/** The ways in which people and systems write one number. */
export function writtenWays(number: string): readonly string[] {
  const national = number.slice(COUNTRY_CODE.length);
  const groups = [national.slice(0, 3), national.slice(3, 7), national.slice(7)];
  return [
    number,
    `+${number}`,
    `00${number}`,
    national,
    `0${national}`,
    groups.join(' '),
    `+86 ${groups.join('-')}`,
    groups.join('.'),
  ];
}

/** All that numbers of a stem are found by: as digits in text of any kind, and some of them in binary and as plain hashes. */
export function needlesOfNumbers(of: string, { stem, numberOf }: MarkedNumbers, exactly = 3): readonly Needle[] {
  const exact = Array.from({ length: exactly }, (_, nth) => numberOf(nth)).flatMap((number) =>
    binaryNeedles(`${of} ${number.slice(-2)}`, number),
  );
  const grouped = [' ', '-', '.', ''].map((by) => [stem.slice(0, 3), stem.slice(3, 7), stem.slice(7)].join(by));
  const wide = stem.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
  return [...[...new Set(grouped), wide].flatMap((text) => needlesOfText(of, text)), ...exact];
}

/** A text in UTF-8 and UTF-16, as it stands, in Base64 at any place, in hex and percent-encoded. */
export function needlesOfText(of: string, text: string): readonly Needle[] {
  const utf8 = Buffer.from(text);
  // Without its last byte little-endian text is found in big-endian text, too.
  const utf16 = Buffer.from(text, 'utf16le').subarray(0, -1);
  const plain: [string, string | Buffer][] = [
    ['as text', utf8],
    ['in UTF-16', utf16],
    ['in hex', utf8.toString('hex')],
    ['in HEX', utf8.toString('hex').toUpperCase()],
    ...[utf8, utf16].flatMap((bytes) => inBase64(bytes).map((part): [string, string] => ['in Base64', part])),
    ...(encodeURIComponent(text) === text ? [] : [['percent-encoded', encodeURIComponent(text)] as [string, string]]),
  ];
  return plain.map(([how, bytes]) => ({ of, how, bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes }));
}

/** What is the same in Base64 whatever stands before and behind. */
function inBase64(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const whole = Math.floor(((before + bytes.length) * 8) / 6);
    return encoded.slice(Math.ceil((before * 8) / 6), whole);
  });
}

function binaryNeedles(of: string, number: string): Needle[] {
  const needles: Needle[] = [];
  for (const digits of [number, number.slice(COUNTRY_CODE.length)]) {
    const add = (how: string, bytes: Buffer): void => {
      needles.push({ of, how, bytes });
    };
    const packed = Buffer.alloc(8);
    packed.writeBigInt64BE(BigInt(digits));
    add('as a big-endian integer', packed);
    add('as a little-endian integer', Buffer.from(packed).reverse());
    add('as a varint', varint(BigInt(digits)));
    const double = Buffer.alloc(8);
    double.writeDoubleBE(Number(digits));
    add('as a double', double);
    add('as a little-endian double', Buffer.from(double).reverse());
    const even = digits.slice(0, digits.length - (digits.length % 2));
    add('in BCD', Buffer.from(even, 'hex'));
    add('in swapped BCD', Buffer.from(even.replaceAll(/(.)(.)/g, '$2$1'), 'hex'));
    for (const algorithm of ['sha256', 'sha1', 'md5']) {
      const digest = createHash(algorithm).update(digits).digest();
      add(`as plain ${algorithm}`, digest.subarray(0, 12));
      add(`as plain ${algorithm} in hex`, Buffer.from(digest.toString('hex').slice(0, 24)));
      add(`as plain ${algorithm} in Base64`, Buffer.from(digest.toString('base64url').slice(0, 15)));
    }
  }
  return needles;
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
  return Buffer.from(bytes);
}
