import type { Numbers } from '../feed-file/mapping-schema.ts';
import type { NumberFormat } from './number-format.ts';

const DEFAULT_INTERNATIONAL_PREFIX = '00';
const DEFAULT_NATIONAL_DIGITS = { min: 7, max: 12 };

/** The number format that a feed file's setting stands for, with defaults. */
export function toNumberFormat(numbers: Numbers, mistake: (place: string, message: string) => void): NumberFormat {
  const { countryCode, trunkPrefix = '', internationalPrefix = DEFAULT_INTERNATIONAL_PREFIX } = numbers;
  const { nationalDigits = DEFAULT_NATIONAL_DIGITS, servicePrefixes = [], nameSenders = false } = numbers;
  if (nationalDigits.min > nationalDigits.max) mistake('numbers.nationalDigits', 'min must not be above max');
  return { countryCode, trunkPrefix, internationalPrefix, nationalDigits, servicePrefixes, nameSenders };
}
