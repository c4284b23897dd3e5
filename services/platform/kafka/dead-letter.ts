import { mayHoldNumber } from '../../core/events/raw-number.ts';
import { isConnectionTrouble, kafkaTrouble } from './kafka-trouble.ts';
import type { IncomingRecord, OutgoingRecord } from './record.ts';

export interface DeadLetterOrigin {
  readonly topic: string;
  readonly partition: number;
  readonly consumerGroup: string;
  /** Reason from a closed list. */
  readonly reason: string;
  /** For people; never a field's content. */
  readonly detail: string;
}

/** Suffix of a dead-letter topic, which has as many partitions as its source. */
export const DEAD_LETTER_SUFFIX = '-dlt';

export function deadLetterTopicOf(topic: string): string {
  return `${topic}${DEAD_LETTER_SUFFIX}`;
}

/** On a letter whose key, value and own headers were left at its origin. */
export const WITHHELD_HEADER = 'churn_dlt-withheld';

/**
 * Reasons of records that were read and are what intake writes: with a pseudonym for a key, digits in their references
 * are no phone numbers.
 */
const READ_REASONS: readonly string[] = [
  'wrong_partition',
  'value_out_of_range',
  'time_out_of_range',
  'from_the_future',
  'late',
];

/**
 * Parks a record in `<topic>-dlt`, same partition, key and value untouched, original headers kept, origin and reason
 * under Spring Kafka's header names and binary encodings. Of a record that may hold a phone number in clear only origin
 * and reason are parked: the number must not come to a second place, with other readers and another retention.
 */
export function toDeadLetter(record: IncomingRecord, origin: DeadLetterOrigin): OutgoingRecord {
  const isWithheld = isNumberIn(record, origin.reason);
  return {
    topic: deadLetterTopicOf(origin.topic),
    partition: origin.partition,
    key: isWithheld ? null : record.key,
    value: isWithheld ? null : record.value,
    headers: {
      ...(isWithheld ? { [WITHHELD_HEADER]: 'it may hold a phone number' } : record.headers),
      'kafka_dlt-original-topic': origin.topic,
      'kafka_dlt-original-partition': int32(origin.partition),
      'kafka_dlt-original-offset': int64(record.offset),
      'kafka_dlt-original-timestamp': int64(BigInt(record.timestampMs)),
      'kafka_dlt-original-timestamp-type': 'CREATE_TIME',
      'kafka_dlt-original-consumer-group': origin.consumerGroup,
      'kafka_dlt-exception-fqcn': origin.reason,
      'kafka_dlt-exception-message': origin.detail,
    },
  };
}

function isNumberIn({ key, value, headers }: IncomingRecord, reason: string): boolean {
  const parts = [key, ...Object.values(headers), ...(READ_REASONS.includes(reason) ? [] : [value])];
  const names = Object.keys(headers);
  return names.some(mayHoldNumber) || parts.some((part) => part !== null && mayHoldNumber(part.toString('latin1')));
}

/** Records could not be parked: what they came from must not be passed. */
export class DeadLetterRefusedError extends Error {
  override readonly name = 'DeadLetterRefusedError';
  /** Whether no broker answered, so that not only this topic is away. */
  readonly isUnanswered: boolean;

  constructor(topics: readonly string[], cause: unknown) {
    const trouble = rootOf(cause);
    super(
      `records that cannot be used cannot be parked in ${topics.join(', ')} either: ${kafkaTrouble(cause)}. The topic ` +
        "must be there, take writes, and take messages somewhat larger than its source's",
      { cause },
    );
    this.isUnanswered = isConnectionTrouble(trouble);
  }
}

/** @throws DeadLetterRefusedError where it is not certain that all replicas hold them. */
export async function sendDeadLetters(
  send: (records: readonly OutgoingRecord[]) => Promise<void>,
  letters: readonly OutgoingRecord[],
): Promise<void> {
  try {
    await send(letters);
  } catch (error) {
    throw new DeadLetterRefusedError([...new Set(letters.map(({ topic }) => topic))], error);
  }
}

/** What was said below the client's own wrappings. */
function rootOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? rootOf(error.cause) : error.message;
}

function int32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int64(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}
