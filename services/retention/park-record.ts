import { sendDeadLetters, toDeadLetter } from '../platform/kafka/dead-letter.ts';
import type { IncomingRecord, OutgoingRecord } from '../platform/kafka/record.ts';

/** Puts a record that cannot be used aside. Throws where that fails: the caller then stops rather than drops. */
export type ParkRecord = (record: IncomingRecord, partition: number, reason: string, detail: string) => Promise<void>;

export function createParkRecord(deps: {
  readonly topic: string;
  readonly consumerGroup: string;
  readonly send: (records: readonly OutgoingRecord[]) => Promise<void>;
  /** Told of each once all replicas hold it. */
  readonly onParked?: (reason: string) => void;
}): ParkRecord {
  const { topic, consumerGroup, send, onParked } = deps;
  return async function parkRecord(record, partition, reason, detail) {
    await sendDeadLetters(send, [toDeadLetter(record, { topic, partition, consumerGroup, reason, detail })]);
    onParked?.(reason);
  };
}
