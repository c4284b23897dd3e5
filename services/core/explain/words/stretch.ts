import { counted } from '../format-value.ts';
import type { Text } from './fact.ts';

export interface Stretch extends Text {
  /** "约够26天". */
  readonly enoughZh: string;
}

/** How long money lasts: months as people say them; days where it is less than two months. */
export function stretch(months: number): Stretch {
  if (months <= 0) return { en: 'nothing', zh: '0天', enoughZh: '不够1天' };
  if (months < 1 / 30) return { en: 'less than a day', zh: '不到1天', enoughZh: '不够1天' };
  const { en, zh } = months < 2 ? counted(Math.round(months * 30), 'day', '天') : counted(months, 'month', '个月');
  return { en: `about ${en}`, zh: `约${zh}`, enoughZh: `约够${zh}` };
}
