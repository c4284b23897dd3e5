import { FEATURES } from '../features/registry.ts';
import type { Reason } from '../risk/risk.ts';
import { formatValue } from './format-value.ts';
import { knownValue, peersIn } from './told-vector.ts';
import { capitalized, type Text } from './words/fact.ts';
import { wordsOf } from './words/words-of.ts';

const MOVED = {
  raises: { en: 'this raised the risk', zh: '风险因此上升' },
  lowers: { en: 'this lowered the risk', zh: '风险因此下降' },
} as const;

/**
 * Says what became of a feature from one vector to another, and whether the risk rose or fell by it: "Last top-up:
 * 3 days ago → 19 days ago; this raised the risk." Undefined where nothing became of it that could be told.
 *
 * @param index the feature's place in the registry.
 */
export function changeSentence({
  index,
  before,
  after,
  direction,
}: {
  readonly index: number;
  readonly before: ArrayLike<number>;
  readonly after: ArrayLike<number>;
  readonly direction: Reason['direction'];
}): Text | undefined {
  const [from, to] = [standing(index, before), standing(index, after)];
  if (from.en === to.en) return undefined;
  const meaning = FEATURES[index]?.meaning;
  const label = wordsOf(index).label ?? { en: capitalized(meaning?.en ?? ''), zh: meaning?.zh ?? '' };
  const moved = MOVED[direction];
  return {
    en: `${label.en}: ${from.en} → ${to.en}; ${moved.en}.`,
    zh: `${label.zh}：${from.zh} → ${to.zh}，${moved.zh}。`,
  };
}

/** Says which way all moved the risk that no sentence of its own is said of. */
export function restSentence(direction: Reason['direction']): Text {
  return direction === 'raises'
    ? { en: 'All else taken together raised the risk.', zh: '其余各项合计，使风险上升。' }
    : { en: 'All else taken together lowered the risk.', zh: '其余各项合计，使风险下降。' };
}

function standing(index: number, vector: ArrayLike<number>): Text {
  const value = knownValue(vector[index]);
  if (Number.isNaN(value)) return { en: 'not known', zh: '未知' };
  return wordsOf(index).stand?.(value, peersIn(vector)) ?? formatValue(value, FEATURES[index]?.unit ?? 'count');
}
