import type { ContractField } from '../../contracts/body-fields.ts';
import { parseClockDuration, parseScaled } from './decimal.ts';
import type { RejectReason } from './reject.ts';
import { measureOf, ratioBetween } from './units.ts';
import type { Ratio, Unit } from './units.ts';

export type PlainValue = string | number | boolean | readonly string[];

/** Longest text of a record; longer ones are no code or name. */
export const MAX_TEXT_LENGTH = 256;

/** Makes a contract value of a text; undefined for one that does not fit, for which it says why. */
export interface Converter {
  readonly convert: (text: string) => PlainValue | undefined;
  readonly reasonFor: (text: string) => RejectReason;
  readonly expected: string;
}

export interface TextFormat {
  readonly unit: Unit | undefined;
  readonly currencyDigits: number;
  readonly decimalSign: '.' | ',';
  readonly lowerCase: boolean;
  readonly separator: string | undefined;
}

/** What of a contract field decides how a text becomes its value. */
export type Shape = Pick<ContractField, 'kind' | 'values' | 'min' | 'max' | 'unit'>;

/** What is counted, not measured, has none: 12.0 may be, 12.5 is a mistake. */
const HAS_FRACTION = /[.,]\d*[1-9]/;

const ONE: Ratio = { numerator: 1, denominator: 1 };

/** How a text becomes a value of a field that is neither a time nor a pseudonym. */
export function createConverter(field: Shape, format: TextFormat): Converter {
  switch (field.kind) {
    case 'string':
      return textConverter(format.lowerCase);
    case 'string list':
      return listConverter(format);
    case 'boolean':
      return booleanConverter;
    case 'enum':
      return enumConverter(field.values ?? []);
    case 'number':
      return numberConverter(format.decimalSign);
    case 'integer':
      return integerConverter(field, format);
    case 'string map':
      throw new Error('a map is mapped by its entries');
  }
}

function textConverter(lowerCase: boolean): Converter {
  return {
    convert: (text) =>
      text.length > MAX_TEXT_LENGTH ? undefined : (lowerCase ? text.toLowerCase() : text).toWellFormed(),
    reasonFor: () => 'text_too_long',
    expected: `a text of at most ${MAX_TEXT_LENGTH} characters`,
  };
}

function listConverter({ lowerCase, separator }: TextFormat): Converter {
  const single = textConverter(lowerCase);
  return {
    ...single,
    convert(text) {
      const items = separator === undefined ? [text] : text.split(separator).map((item) => item.trim());
      const stated = items.filter((item) => item !== '');
      if (stated.some((item) => item.length > MAX_TEXT_LENGTH)) return undefined;
      return lowerCase ? stated.map((item) => item.toLowerCase()) : stated;
    },
  };
}

const booleans = new Map([
  ...['true', '1', 'yes', 'y', 't'].map((text) => [text, true] as const),
  ...['false', '0', 'no', 'n', 'f'].map((text) => [text, false] as const),
]);
const booleanConverter: Converter = {
  convert: (text) => booleans.get(text.toLowerCase()),
  reasonFor: () => 'not_a_boolean',
  expected: 'true, false, yes, no, 1 or 0',
};

function enumConverter(names: readonly string[]): Converter {
  const known = new Set(names);
  return {
    convert: (text) => (known.has(text) ? text : undefined),
    reasonFor: () => 'unknown_value',
    expected: `one of ${names.join(', ')}`,
  };
}

function numberConverter(decimalSign: '.' | ','): Converter {
  const shape = decimalSign === '.' ? /^[+-]?\d{1,15}(?:\.\d{1,15})?$/ : /^[+-]?\d{1,15}(?:,\d{1,15})?$/;
  return {
    convert: (text) => (shape.test(text) ? Number(text.replace(',', '.')) : undefined),
    reasonFor: () => 'not_a_number',
    expected: 'a decimal number',
  };
}

function integerConverter(field: Shape, format: TextFormat): Converter {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = field;
  const measure = measureOf(field);
  const unit = format.unit;
  const ratio =
    measure === undefined || unit === undefined ? ONE : ratioBetween(unit, measure.own, format.currencyDigits);
  const decimalSign = format.decimalSign.charCodeAt(0);
  const parse =
    unit === 'hh:mm:ss'
      ? (text: string) => scaledClock(text, ratio)
      : unit === undefined
        ? (text: string) => (HAS_FRACTION.test(text) ? undefined : parseScaled(text, ONE, decimalSign))
        : (text: string) => parseScaled(text, ratio, decimalSign);
  return {
    convert(text) {
      const value = parse(text);
      return value === undefined || value < min || value > max ? undefined : value;
    },
    reasonFor: (text) => (parse(text) === undefined ? 'not_a_number' : 'out_of_range'),
    expected:
      unit === 'hh:mm:ss'
        ? 'a duration as hh:mm:ss'
        : `a ${unit === undefined ? 'whole ' : ''}number${min < 0 ? '' : ' not below 0'}${unit === undefined ? '' : ` in ${unit}`}`,
  };
}

/** The ratio's numerator is the size of a second. */
function scaledClock(text: string, { numerator, denominator }: Ratio): number | undefined {
  const seconds = parseClockDuration(text);
  return seconds === undefined ? undefined : Math.round((seconds * numerator) / denominator);
}
