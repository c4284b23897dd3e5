import type { Constant, ValueRule } from '../feed-file/mapping-schema.ts';
import type { RuleConverter, Target } from './compiled-value.ts';
import { constantOf } from './constant-value.ts';
import { createConverter } from './convert-text.ts';
import type { PlainValue } from './convert-text.ts';
import { toImei } from './device-id.ts';
import { createExactLookup } from './lookup.ts';
import type { MappingContext } from './mapping-context.ts';
import { readsAsRawNumber } from './raw-number.ts';

const readAnyText = createConverter(
  { kind: 'string' },
  {
    unit: undefined,
    currencyDigits: 2,
    decimalSign: '.',
    lowerCase: false,
    separator: undefined,
  },
);

/**
 * A number, device or other identifier by its pseudonym. `none`: the source holds pseudonyms; what reads as a phone number
 * or device id in clear is rejected, since it must not enter the log.
 */
export function pseudonymConverter<Row>(
  kind: NonNullable<ValueRule['pseudonym']>,
  { field, name, place, partiesOnly = false }: Target,
  { pseudonymOf, readNumber, mistake }: MappingContext<Row>,
): RuleConverter | undefined {
  if (field.kind !== 'string') {
    mistake(`${place}.pseudonym`, `${name} is no text`);
    return undefined;
  }
  if (kind === 'none') {
    return {
      convert: (text) => (readsAsRawNumber(text, readNumber) ? undefined : readAnyText.convert(text)),
      reasonFor: (text) => (readsAsRawNumber(text, readNumber) ? 'not_a_pseudonym' : readAnyText.reasonFor(text)),
      expected: 'a pseudonym, which no phone number or device id is; else pseudonym: number, device or text',
      takesDefault: false,
    };
  }
  if (kind === 'text') {
    return {
      ...readAnyText,
      convert: (text) => (readAnyText.convert(text) === undefined ? undefined : pseudonymOf(text)),
      takesDefault: false,
    };
  }
  if (kind === 'device') {
    return {
      convert(text) {
        const imei = toImei(text);
        return imei === undefined ? undefined : pseudonymOf(imei);
      },
      reasonFor: () => 'not_a_device_id',
      expected: 'an IMEI of 14 to 16 digits',
      takesDefault: false,
    };
  }
  return {
    convert(text) {
      const number = readNumber(text);
      if (number === undefined) return undefined;
      if (number.kind === 'party') return pseudonymOf(number.digits);
      return partiesOnly ? undefined : '';
    },
    reasonFor: () => 'not_a_phone_number',
    expected: partiesOnly ? 'a phone number of a subscriber' : 'a phone number',
    takesDefault: false,
  };
}

/** A value of the source by the one of the contract that the mapping gives for it. */
export function valuesConverter<Row>(
  values: Readonly<Record<string, Constant>>,
  target: Target,
  context: MappingContext<Row>,
): RuleConverter {
  const entries: (readonly [string, PlainValue])[] = [];
  for (const [key, constant] of Object.entries(values)) {
    const value = constantOf(constant, `${target.place}.values.${key}`, target, context);
    if (value !== undefined) entries.push([key, value]);
  }
  return {
    convert: createExactLookup(entries),
    reasonFor: () => 'unknown_value',
    expected: `one of the ${entries.length} values that the mapping knows`,
    takesDefault: true,
  };
}

/** A value by a lookup of the mapping. */
export function lookupConverter<Row>(
  name: string,
  target: Target,
  context: MappingContext<Row>,
): RuleConverter | undefined {
  const lookup = context.lookupOf(name);
  if (lookup === undefined) {
    const known = context.lookupNames.join(', ');
    context.mistake(
      `${target.place}.lookup`,
      `no lookup "${name}" is declared${known === '' ? '' : `; there are ${known}`}`,
    );
    return undefined;
  }
  const found = new Map<Constant, PlainValue>();
  for (const constant of lookup.constants) {
    const value = constantOf(constant, `${target.place}.lookup: ${name}`, target, context);
    if (value !== undefined) found.set(constant, value);
  }
  const convertKey = (key: string): PlainValue | undefined => {
    const constant = lookup.find(key);
    return constant === undefined ? undefined : found.get(constant);
  };
  const expected = `a key of lookup ${name}`;
  if (lookup.of === 'text') {
    return { convert: convertKey, reasonFor: () => 'not_in_lookup', expected, takesDefault: true };
  }
  return {
    convert(text) {
      const key = context.readNumber(text)?.digits;
      return key === undefined ? undefined : convertKey(key);
    },
    reasonFor: (text) => (context.readNumber(text) === undefined ? 'not_a_phone_number' : 'not_in_lookup'),
    expected,
    takesDefault: true,
  };
}
