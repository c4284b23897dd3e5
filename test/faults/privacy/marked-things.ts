import { markedNumbers, needlesOfNumbers, needlesOfText } from './markers.ts';
import type { Needle } from './markers.ts';
import { DEVICE_STEM, PERSON } from './operator-rows.ts';

/** What is secret in settings and requests; none of them may be found anywhere. */
export const SECRETS = {
  pseudonym: 'geheimnis-der-pseudonyme-7316',
  redis: 'geheimnis-des-redis-2248',
  apiKey: 'geheimnis-des-schalters-9051',
  wrongKey: 'geheimnis-eines-fremden-4417',
} as const;

/** Of the operator's subscribers. */
export const numbers = markedNumbers('139778899');
/** Written by others, past intake: they stand where these wrote them, and nowhere else. */
export const foreign = markedNumbers('158445566');
/** Put where they do not belong, to see that they are found. */
export const planted = markedNumbers('177335577');

/** Of all that goes in by the front door. */
export const NEEDLES: readonly Needle[] = [
  ...needlesOfNumbers('a number', numbers),
  ...needlesOfText('a device id', DEVICE_STEM),
  ...Object.entries(PERSON).flatMap(([what, text]) => needlesOfText(`a ${what}`, text)),
  ...Object.entries(SECRETS).flatMap(([what, text]) => needlesOfText(`the secret ${what}`, text)),
];
export const FOREIGN_NEEDLES = needlesOfNumbers('a foreign number', foreign);
