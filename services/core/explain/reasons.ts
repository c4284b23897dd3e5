import type { FeatureUnit } from '../features/feature.ts';
import type { Reason } from '../risk/risk.ts';
import { formatValue, type FormattedValue } from './format-value.ts';

/** What a sentence needs to know of a feature. */
export interface ExplainedFeature {
  readonly name: string;
  readonly unit: FeatureUnit;
  readonly meaning: { readonly en: string; readonly zh: string };
}

export interface ReasonsInput {
  /** Contribution of each feature to the raw margin (log-odds), in vector order, as all lists here. */
  readonly contributions: ArrayLike<number>;
  /** The vector that was explained; NaN means missing. */
  readonly vector: ArrayLike<number>;
  readonly features: readonly ExplainedFeature[];
  /** Value of an ordinary subscriber; undefined where there is none. */
  readonly typicalValues: readonly (number | undefined)[];
  /** Most reasons to give. */
  readonly limit: number;
}

/**
 * The features that moved a score most: those that raise the risk first, strongest first; then, if there are fewer than
 * `limit`, those that lower it. Features without influence are left out.
 */
export function topReasons({ contributions, vector, features, typicalValues, limit }: ReasonsInput): readonly Reason[] {
  const weighed = features.map((feature, index) => ({ feature, index, contribution: contributions[index] ?? 0 }));
  // Equal contributions keep vector order, so the same score always has the same reasons.
  const raising = weighed
    .filter(({ contribution }) => contribution > 0)
    .sort((one, other) => other.contribution - one.contribution);
  const lowering = weighed
    .filter(({ contribution }) => contribution < 0)
    .sort((one, other) => one.contribution - other.contribution);
  return [...raising, ...lowering].slice(0, limit).map(({ feature, index, contribution }) => {
    const raw = vector[index] ?? Number.NaN;
    const value = Number.isNaN(raw) ? undefined : raw;
    return toReason(feature, { value, typicalValue: typicalValues[index], contribution });
  });
}

function toReason(
  { name, unit, meaning }: ExplainedFeature,
  { value, typicalValue, contribution }: Pick<Reason, 'value' | 'typicalValue' | 'contribution'>,
): Reason {
  const direction = contribution > 0 ? 'raises' : 'lowers';
  const found: FormattedValue = value === undefined ? { en: 'not known', zh: '无数据' } : formatValue(value, unit);
  const typical = typicalValue === undefined ? undefined : formatValue(typicalValue, unit);
  const usual: FormattedValue =
    typical === undefined ? { en: '', zh: '' } : { en: ` (typical ${typical.en})`, zh: `（通常为 ${typical.zh}）` };
  return {
    feature: name,
    value,
    typicalValue,
    unit,
    direction,
    contribution,
    textEn: `${capitalized(meaning.en)}: ${found.en}${usual.en} — ${direction} the risk`,
    textZh: `${meaning.zh}：${found.zh}${usual.zh}，${direction === 'raises' ? '提高' : '降低'}流失风险`,
  };
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
