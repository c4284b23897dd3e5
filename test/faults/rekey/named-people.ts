import { hash32 } from '../../../services/core/encoding/hash.ts';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { createPseudonymizer } from '../../../services/platform/crypto/pseudonym.ts';
import { at, people } from '../../support/regular-life.ts';
import { sampleParty } from '../../support/sample-events.ts';
import { livesWithSilences } from '../membership/lives-with-silences.ts';
import { markedNumbers, needlesOfNumbers, stemOf } from '../privacy/markers.ts';
import type { Needle } from '../privacy/markers.ts';

/** Of one length, so that a name in a record can be replaced by the other one. */
export const OLD_KEY = { keyId: 'a', secret: 'the old secret of these tests' };
export const NEW_KEY = { keyId: 'b', secret: 'the new secret of these tests' };
export const oldNameOf = createPseudonymizer(OLD_KEY);
export const newNameOf = createPseudonymizer(NEW_KEY);

export type NameOf = (number: string) => string;

/** Not a round one, whose digits would stand in instants as well. */
const FIRST_NUMBER = 8_613_944_773_300;

export function numbersOf(count: number): string[] {
  return Array.from({ length: count }, (_, place) => String(FIRST_NUMBER + place));
}

/** What numbers are found by, wherever they should not be. */
export function needlesOf(numbers: readonly string[]): Needle[] {
  const stems = new Set(numbers.map(stemOf));
  return [...stems].flatMap((stem) => needlesOfNumbers('a number of the list', markedNumbers(stem)));
}

/**
 * What happens in [fromMs, toMs) to people who call each other, as intake would write it under a key. Ids of events are
 * the same under both, so that two logs can be compared.
 */
export function* livesBetween(
  numbers: readonly string[],
  nameOf: NameOf,
  fromMs: number,
  toMs: number,
): Generator<LogRecord> {
  const persons = people(numbers.length);
  const numberOf = new Map(persons.map((person, place) => [person, numbers[place] ?? '']));
  for (const record of livesWithSilences(persons)) {
    const progressMs = record.occurredAtMs;
    if (progressMs >= toMs) return;
    if (progressMs < fromMs) continue;
    yield named(record, numberOf, numbers, nameOf);
  }
}

/** An instant of the log: day from 0 on, and hour. */
export const dayOf = at;

function named(
  record: LogRecord,
  numberOf: ReadonlyMap<string, string>,
  numbers: readonly string[],
  nameOf: NameOf,
): LogRecord {
  if (isPartitionMark(record)) return record;
  const number = numberOf.get(record.subscriberId) ?? '';
  const event = { ...record, subscriberId: nameOf(number) };
  if (event.body.type !== 'call') return event;
  const other = numbers[hash32(event.eventId) % numbers.length] ?? number;
  return { ...event, body: { ...event.body, otherParty: sampleParty({ partyId: nameOf(other) }) } };
}
