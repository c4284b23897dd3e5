import { deadLetterTopicOf } from '../../../services/platform/kafka/dead-letter.ts';
import type { Installation } from '../../support/installation.ts';
import { recordsOf } from '../../support/installation-log.ts';
import type { PlacedRecord } from '../../support/installation-log.ts';

export interface DeadLetter extends PlacedRecord {
  readonly originTopic: string;
  readonly originPartition: number;
  readonly originOffset: bigint;
  readonly reason: string;
}

/** All dead letters of a topic, with the origin that their headers tell. */
export async function deadLettersOf(shop: Installation, topic: string): Promise<DeadLetter[]> {
  const letters = await recordsOf(shop, deadLetterTopicOf(topic));
  return letters.map((letter) => {
    const header = (name: string): Buffer => letter.headers[`kafka_dlt-${name}`] ?? Buffer.alloc(8, 0xff);
    return {
      ...letter,
      originTopic: header('original-topic').toString(),
      originPartition: header('original-partition').readInt32BE(),
      originOffset: header('original-offset').readBigInt64BE(),
      reason: header('exception-fqcn').toString(),
    };
  });
}

/**
 * Holds the dead letters of a topic to what was sent: each bad record once, with its origin, its reason, its key, value
 * and headers as they were.
 *
 * @param kindHeader the header of a bad record that names what it is.
 */
export async function compareDeadLetters(
  shop: Installation,
  topic: string,
  expected: ReadonlyMap<string, string>,
  kindHeader: string,
): Promise<{ readonly compared: number; readonly differences: string[] }> {
  const sent = await recordsOf(shop, topic);
  const letters = new Map<string, DeadLetter[]>();
  for (const letter of await deadLettersOf(shop, topic)) {
    const origin = `${letter.originPartition}/${letter.originOffset}`;
    letters.set(origin, [...(letters.get(origin) ?? []), letter]);
  }
  const differences: string[] = [];
  let compared = 0;
  for (const record of sent) {
    const kind = record.headers[kindHeader]?.toString();
    if (kind === undefined) continue;
    compared += 1;
    const found = letters.get(`${record.partition}/${record.offset}`) ?? [];
    letters.delete(`${record.partition}/${record.offset}`);
    const [letter] = found;
    const wrong = letter === undefined ? 'is not parked' : differenceOf(record, letter, topic, expected.get(kind));
    if (wrong !== undefined) differences.push(`${topic}: ${kind} ${wrong}`);
    if (found.length > 1) differences.push(`${topic}: ${kind} is parked ${found.length} times`);
  }
  for (const origin of letters.keys()) differences.push(`${topic}: ${origin} is parked and was good`);
  return { compared, differences };
}

function differenceOf(
  record: PlacedRecord,
  letter: DeadLetter,
  topic: string,
  reason: string | undefined,
): string | undefined {
  if (letter.reason !== reason) return `is parked as ${letter.reason}, not as ${reason}`;
  if (letter.originTopic !== topic || letter.partition !== record.partition) return 'is parked elsewhere';
  if (!isSame(letter.key, record.key)) return 'is parked with another key';
  if (!isSame(letter.value, record.value)) return 'is parked with another value';
  const lost = Object.entries(record.headers).filter(([name, bytes]) => letter.headers[name]?.equals(bytes) !== true);
  return lost.length === 0 ? undefined : 'is parked without its headers';
}

function isSame(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}
