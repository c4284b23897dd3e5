import { createPartitionOf } from '../../../services/platform/kafka/partition.ts';
import type { IncomingRecord, OutgoingRecord } from '../../../services/platform/kafka/record.ts';
import { createSimulatedLog } from './simulated-log.ts';
import type { SimulatedLog } from './simulated-log.ts';

export interface SimulatedTopics {
  logOf(topic: string, partition: number): SimulatedLog;
  logsOf(topic: string): readonly SimulatedLog[];
  /** Where a record goes: to the partition it names, or to its key's. */
  placeOf(record: OutgoingRecord): SimulatedLog;
}

export function createSimulatedTopics(
  names: readonly string[],
  partitions: number,
  onAppended: (log: SimulatedLog, record: IncomingRecord) => void,
): SimulatedTopics {
  const partitionOf = partitionerFor(partitions);
  const logs = new Map(
    names.map((name) => [
      name,
      Array.from({ length: partitions }, (_, partition) => createSimulatedLog(name, partition, onAppended)),
    ]),
  );

  function logsOf(topic: string): readonly SimulatedLog[] {
    const found = logs.get(topic);
    if (found === undefined) throw new RangeError(`there is no topic ${topic}`);
    return found;
  }

  function logOf(topic: string, partition: number): SimulatedLog {
    const found = logsOf(topic)[partition];
    if (found === undefined) throw new RangeError(`there is no partition ${topic}/${partition}`);
    return found;
  }

  return {
    logOf,
    logsOf,
    placeOf: ({ topic, partition, key }) => logOf(topic, partition ?? partitionOf(key?.toString() ?? '')),
  };
}

const partitioners = new Map<number, (key: string) => number>();

/** Kafka's partitioner for a number of partitions. */
export function partitionerFor(partitions: number): (key: string) => number {
  const found = partitioners.get(partitions) ?? createPartitionOf(partitions);
  partitioners.set(partitions, found);
  return found;
}
