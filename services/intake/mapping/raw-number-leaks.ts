import type { RecordRule, ValueSource } from '../feed-file/mapping-schema.ts';
import type { BodyContract } from './body-contract.ts';

/**
 * Fields into which a record rule would write a number or device id as it stands, although it makes a pseudonym of the
 * same source elsewhere. Raw numbers must not enter the log.
 */
export function rawNumberLeaks({ subscriber, fields = {} }: RecordRule, contract: BodyContract): readonly string[] {
  const sources = [...(subscriber === undefined ? [] : [subscriber]), ...Object.values(fields)];
  const secret = new Set(sources.flatMap((source) => (isSecret(source, source === subscriber) ? namesOf(source) : [])));
  return Object.entries(fields).flatMap(([path, source]) => {
    const kind = contract.fieldAt(path)?.kind;
    const holdsText = kind === 'string' || kind === 'string list';
    return holdsText && isPlain(source) && namesOf(source).some((name) => secret.has(name)) ? [path] : [];
  });
}

function isSecret(source: ValueSource, isSubscriber: boolean): boolean {
  // A bare subscriber is a phone number.
  if (typeof source === 'string') return isSubscriber;
  return source.pseudonym !== undefined && source.pseudonym !== 'none';
}

function isPlain(source: ValueSource): boolean {
  if (typeof source === 'string') return true;
  const isReplaced = source.pseudonym !== undefined && source.pseudonym !== 'none';
  return !isReplaced && source.lookup === undefined && source.values === undefined;
}

function namesOf(source: ValueSource): readonly string[] {
  const from = typeof source === 'string' ? source : (source.from ?? []);
  return typeof from === 'string' ? [from] : from;
}
