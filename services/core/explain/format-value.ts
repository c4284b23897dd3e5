import type { FeatureUnit } from '../features/feature.ts';
import { fixed, rounded } from './write-number.ts';

/** A value as people say it, with its unit. */
export interface FormattedValue {
  readonly en: string;
  readonly zh: string;
}

const BYTE_STEPS = [
  ['TB', 1e12],
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
] as const;

/** Puts a value of a feature into words: seconds as minutes, minor money as whole units, ratios as per cent. */
export function formatValue(value: number, unit: FeatureUnit): FormattedValue {
  if (!Number.isFinite(value)) return { en: 'not known', zh: '未知' };
  switch (unit) {
    case 'count':
    case 'score':
      return same(rounded(value, 1));
    case 'seconds':
      return formatSeconds(value);
    case 'days':
      return counted(value, 'day', '天');
    case 'hours':
      return counted(value, 'hour', '小时');
    case 'months':
      return counted(value, 'month', '个月');
    case 'minor_units':
      return formatMoney(value);
    case 'bytes':
      return same(formatBytes(value));
    case 'ratio':
      return same(`${rounded(value * 100, 1)}%`);
    case 'flag':
      return value > 0 ? { en: 'yes', zh: '是' } : { en: 'no', zh: '否' };
  }
}

/** "1 day", "2.5 days"; "1天". */
export function counted(value: number, noun: string, measure: string): FormattedValue {
  const text = rounded(value, 1);
  return { en: text === '1' ? `1 ${noun}` : `${text} ${noun}s`, zh: `${text}${measure}` };
}

function same(text: string): FormattedValue {
  return { en: text, zh: text };
}

/** Too little to be seen is not nothing. */
function formatMoney(minor: number): FormattedValue {
  const text = fixed(minor / 100, 2);
  return minor > 0 && text === '0.00' ? { en: 'under 0.01', zh: '不到0.01' } : same(text);
}

function formatSeconds(value: number): FormattedValue {
  const size = Math.abs(value);
  if (size < 60) return counted(Math.round(value), 'second', '秒');
  return size < 7_200 ? counted(value / 60, 'minute', '分钟') : counted(value / 3_600, 'hour', '小时');
}

function formatBytes(value: number): string {
  for (const [name, size] of BYTE_STEPS) {
    if (Math.abs(value) >= size) return `${rounded(value / size, 1)} ${name}`;
  }
  return `${rounded(value, 0)} B`;
}
