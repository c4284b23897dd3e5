import type { NumberFormat } from '../../services/intake/mapping/number-format.ts';
import { toNumberFormat } from '../../services/intake/mapping/numbers-setting.ts';
import { onlyValue } from './option-values.ts';
import type { OptionValues } from './option-values.ts';

const COUNTRY_CODE = /^[1-9]\d{0,2}$/;
const TRUNK_PREFIX = /^\d{1,3}$/;

/** How a table of labels writes numbers, by the rules that a feed has; undefined where no option tells. */
export function readNumberFormat(values: OptionValues, mistakes: string[]): NumberFormat | undefined {
  const countryCode = onlyValue(values, '--country-code', mistakes);
  const trunkPrefix = onlyValue(values, '--trunk-prefix', mistakes);
  if (countryCode !== undefined && !COUNTRY_CODE.test(countryCode)) {
    mistakes.push('--country-code: expected 1 to 3 digits, e.g. 86');
  }
  if (trunkPrefix !== undefined && !TRUNK_PREFIX.test(trunkPrefix)) {
    mistakes.push('--trunk-prefix: expected 1 to 3 digits, e.g. 0');
  }
  if (countryCode === undefined) {
    if (trunkPrefix !== undefined) mistakes.push('--trunk-prefix: expected with --country-code only');
    return undefined;
  }
  return toNumberFormat({ countryCode, ...(trunkPrefix === undefined ? {} : { trunkPrefix }) }, (place, message) => {
    mistakes.push(`${place}: ${message}`);
  });
}
