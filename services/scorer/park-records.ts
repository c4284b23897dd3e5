import type { ParkReason } from '../core/events/validate-record.ts';
import { sendDeadLetters, toDeadLetter } from '../platform/kafka/dead-letter.ts';
import type { OutgoingRecord } from '../platform/kafka/record.ts';
import type { ParkRecords } from './ports.ts';

/** Parks records of `topic` in its dead-letter topic; `onParked` is told of each once all replicas hold them. */
export function createParkRecords(deps: {
  readonly topic: string;
  readonly consumerGroup: string;
  readonly send: (records: readonly OutgoingRecord[]) => Promise<void>;
  readonly onParked: (reason: ParkReason) => void;
}): ParkRecords {
  const { topic, consumerGroup, send, onParked } = deps;
  return async function parkRecords(partition, parked) {
    const origin = { topic, partition, consumerGroup };
    const letters = parked.map(({ record, reason, detail }) => toDeadLetter(record, { ...origin, reason, detail }));
    await sendDeadLetters(send, letters);
    for (const { reason } of parked) onParked(reason);
  };
}
