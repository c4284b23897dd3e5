import type { FeatureUnit } from '../features/feature.ts';

/** A value as people write it, with its unit. */
export interface FormattedValue {
  readonly en: string;
  readonly zh: string;
}

const BYTE_STEPS = [
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
] as const;

/** Writes a value of a feature for a reader: seconds as minutes, minor money as whole units, ratios as per cent. */
export function formatValue(value: number, unit: FeatureUnit): FormattedValue {
  switch (unit) {
    case 'count':
    case 'score':
      return same(rounded(value, 1));
    case 'seconds':
      return Math.abs(value) < 60
        ? { en: `${rounded(value, 0)} s`, zh: `${rounded(value, 0)} 秒` }
        : { en: `${rounded(value / 60, 1)} min`, zh: `${rounded(value / 60, 1)} 分钟` };
    case 'days':
      return { en: counted(value, 'day'), zh: `${rounded(value, 1)} 天` };
    case 'hours':
      return { en: counted(value, 'hour'), zh: `${rounded(value, 1)} 小时` };
    case 'months':
      return { en: counted(value, 'month'), zh: `${rounded(value, 1)} 个月` };
    case 'minor_units':
      return same(fixed(value / 100, 2));
    case 'bytes':
      return same(formatBytes(value));
    case 'ratio':
      return same(`${rounded(value * 100, 1)}%`);
    case 'flag':
      return value > 0 ? { en: 'yes', zh: '是' } : { en: 'no', zh: '否' };
  }
}

function same(text: string): FormattedValue {
  return { en: text, zh: text };
}

function counted(value: number, noun: string): string {
  const text = rounded(value, 1);
  return text === '1' ? `1 ${noun}` : `${text} ${noun}s`;
}

function formatBytes(value: number): string {
  for (const [name, size] of BYTE_STEPS) {
    if (Math.abs(value) >= size) return `${rounded(value / size, 1)} ${name}`;
  }
  return `${rounded(value, 0)} B`;
}

/** At most `digits` decimals, without trailing zeros. */
function rounded(value: number, digits: number): string {
  const text = fixed(value, digits);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Exactly `digits` decimals, thousands apart; no negative zero. Own code, because it must not hang on a locale. */
function fixed(value: number, digits: number): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(digits).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? `-${text}` : text;
}
