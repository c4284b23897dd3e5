/** Beyond, digits say nothing to a reader. */
const LONGEST = 1e15;

/** At most `digits` decimals, without trailing zeros: "1,234.5". The value is finite. */
export function rounded(value: number, digits: number): string {
  const text = fixed(value, digits);
  return text.includes('.') && Math.abs(value) < LONGEST ? text.replace(/\.?0+$/, '') : text;
}

/**
 * Exactly `digits` decimals, thousands apart; no negative zero. Own code, because it must not hang on a locale.
 * The value is finite.
 */
export function fixed(value: number, digits: number): string {
  const size = Math.abs(value);
  if (size >= LONGEST) {
    const exponent = Math.floor(Math.log10(size));
    return `${value < 0 ? '-' : ''}${(size / 10 ** exponent).toFixed(1)}×10^${exponent}`;
  }
  const [whole = '', fraction] = size.toFixed(digits).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? `-${text}` : text;
}
