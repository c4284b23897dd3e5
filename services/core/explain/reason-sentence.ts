import type { Reason } from '../risk/risk.ts';
import { knownValue, peersIn } from './told-vector.ts';
import { opposite, type Text } from './words/fact.ts';
import { wordsOf } from './words/words-of.ts';

/** What is added where the fact alone would be heard the other way, or either way. */
const MEANING = {
  raises: { en: 'For this customer, that speaks for leaving.', zh: '就该客户而言，这提示可能离网。', tone: 'leaving' },
  lowers: { en: 'For this customer, that speaks for staying.', zh: '就该客户而言，这有利于留网。', tone: 'staying' },
} as const;

/**
 * Says a fact about a subscriber, for the agent, and which way it points where that is not plain. How an ordinary
 * customer compares is left out where it would point the other way.
 *
 * @param index the feature's place in the registry. @param vector all features, of which sentences use some together.
 */
export function reasonSentence({
  index,
  vector,
  typicalValue,
  direction,
}: {
  readonly index: number;
  readonly vector: ArrayLike<number>;
  readonly typicalValue: number | undefined;
  readonly direction: Reason['direction'];
}): Text {
  const typical = Number.isFinite(typicalValue) ? typicalValue : undefined;
  const { say } = wordsOf(index);
  const told = { value: knownValue(vector[index]), peer: peersIn(vector) };
  const meaning = MEANING[direction];
  const compared = say({ ...told, typical });
  const fact = compared.tone === opposite(meaning.tone) ? say({ ...told, typical: undefined }) : compared;
  return fact.tone === meaning.tone
    ? { en: `${fact.en}.`, zh: `${fact.zh}。` }
    : { en: `${fact.en}. ${meaning.en}`, zh: `${fact.zh}。${meaning.zh}` };
}
