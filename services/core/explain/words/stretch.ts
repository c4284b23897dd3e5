import { counted } from '../format-value.ts';
import type { Text } from './fact.ts';

export interface Stretch extends Text {
  /** "约够26天". */
  readonly enoughZh: string;
}

/** Beyond so many years nobody counts on. */
const MOST_YEARS = 10;

/** How long money lasts as people say it: days up to two months, whole months up to two years, then years. */
export function stretch(months: number): Stretch {
  if (months <= 0) return { en: 'nothing', zh: '0天', enoughZh: '不够1天' };
  if (months < 1 / 30) return { en: 'less than a day', zh: '不到1天', enoughZh: '不够1天' };
  if (months >= 24.5) {
    const years = Math.min(MOST_YEARS, Math.floor(months / 12));
    const zh = years < MOST_YEARS ? `${years}年多` : `${years}年以上`;
    return { en: `more than ${years} years`, zh, enoughZh: `够${zh}` };
  }
  const { en, zh } =
    months < 2 ? counted(Math.round(months * 30), 'day', '天') : counted(Math.round(months), 'month', '个月');
  return { en: `about ${en}`, zh: `约${zh}`, enoughZh: `约够${zh}` };
}
