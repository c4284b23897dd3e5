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

/**
 * Parks a record in `<topic>-dlt`, same partition, key and value untouched, original headers kept, origin and reason
 * under Spring Kafka's header names and binary encodings.
 */
export function toDeadLetter(record: IncomingRecord, origin: DeadLetterOrigin): OutgoingRecord {
  return {
    topic: deadLetterTopicOf(origin.topic),
    partition: origin.partition,
    key: record.key,
    value: record.value,
    headers: {
      ...record.headers,
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
