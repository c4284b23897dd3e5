/** How an operator's sources write phone numbers. */
export interface NumberFormat {
  readonly countryCode: string;
  readonly trunkPrefix: string;
  readonly internationalPrefix: string;
  readonly nationalDigits: { readonly min: number; readonly max: number };
  /** National numbers that start so belong to hotlines. */
  readonly servicePrefixes: readonly string[];
  /** A name in place of a number is a service that sends messages. */
  readonly nameSenders: boolean;
}

/** A number in one form: international digits of a party, or a service's short code, hotline or name as it is dialled. */
export interface PhoneNumber {
  readonly kind: 'party' | 'service';
  readonly digits: string;
}

const SEPARATORS = /[\s().\-/\u2010-\u2015]/g;
const PARTY = /^[1-9]\d{6,14}$/;
const SHORTEST_PARTY = 7;
/** With separators; what is longer is not looked at. */
const MAX_WRITTEN_LENGTH = 64;

/**
 * Brings numbers to one form, so that one number has one pseudonym however it is written: +, 00, a trunk prefix, or
 * plain digits, with or without separators. Plain digits that begin with the country code and are a national number
 * after it are international; others of national length are national. Undefined for what is no number.
 *
 * Without a format, digits are taken as international, and fewer than seven as a short code.
 */
export function createNumberReader(format?: NumberFormat): (text: string) => PhoneNumber | undefined {
  let lastText: string | undefined;
  let last: PhoneNumber | undefined;
  const read = format === undefined ? readInternational : (text: string) => readNumber(text, format);
  return (text) => {
    if (text.length > MAX_WRITTEN_LENGTH) return undefined;
    // Several fields of a row come from the same number.
    if (text !== lastText) {
      last = read(text);
      lastText = text;
    }
    return last;
  };
}

function readInternational(text: string): PhoneNumber | undefined {
  const plain = withoutSeparators(text);
  if (plain.startsWith('+')) return party(plain.slice(1));
  if (isDialled(plain) && plain.length < SHORTEST_PARTY) return { kind: 'service', digits: plain };
  return party(plain.startsWith('00') ? plain.slice(2) : plain);
}

function readNumber(text: string, format: NumberFormat): PhoneNumber | undefined {
  const plain = withoutSeparators(text);
  if (plain.startsWith('+')) return international(plain.slice(1), format);
  if (!isDialled(plain)) return format.nameSenders && isName(plain) ? { kind: 'service', digits: plain } : undefined;
  const { countryCode, trunkPrefix, internationalPrefix } = format;
  if (isService(plain, format)) return { kind: 'service', digits: plain };
  if (plain.startsWith(internationalPrefix)) return international(plain.slice(internationalPrefix.length), format);
  if (trunkPrefix !== '' && plain.startsWith(trunkPrefix))
    return national(plain.slice(trunkPrefix.length), plain, format);
  if (plain.startsWith(countryCode) && isNational(plain.slice(countryCode.length), format))
    return international(plain, format);
  return isNational(plain, format) || plain.length < format.nationalDigits.min
    ? national(plain, plain, format)
    : international(plain, format);
}

function international(digits: string, format: NumberFormat): PhoneNumber | undefined {
  if (digits.startsWith(format.countryCode)) {
    const rest = digits.slice(format.countryCode.length);
    if (isDialled(rest) && isService(rest, format)) return { kind: 'service', digits: rest };
  }
  return party(digits);
}

function national(rest: string, dialled: string, format: NumberFormat): PhoneNumber | undefined {
  if (rest.length < format.nationalDigits.min || isService(rest, format)) return { kind: 'service', digits: dialled };
  return isNational(rest, format) ? party(format.countryCode + rest) : undefined;
}

function party(digits: string): PhoneNumber | undefined {
  return PARTY.test(digits) ? { kind: 'party', digits } : undefined;
}

function isNational(digits: string, { nationalDigits }: NumberFormat): boolean {
  return digits.length >= nationalDigits.min && digits.length <= nationalDigits.max;
}

function isService(dialled: string, format: NumberFormat): boolean {
  if (dialled.length < format.nationalDigits.min) return true;
  const first = dialled.charCodeAt(0);
  if (first === 42 || first === 35) return true;
  for (const prefix of format.servicePrefixes) if (dialled.startsWith(prefix)) return true;
  return false;
}

/** Digits, and the star and hash of service codes. */
function isDialled(text: string): boolean {
  return /^[0-9*#]+$/.test(text);
}

function isName(text: string): boolean {
  return /^\p{L}/u.test(text) && !/\d{5}/.test(text);
}

/** A number as it is written, without what may stand between its digits. */
export function withoutSeparators(text: string): string {
  if (/^\+?\d+$/.test(text)) return text;
  return text.replace(/^tel:/i, '').replace(SEPARATORS, '');
}
