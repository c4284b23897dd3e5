import { Partitioners } from 'kafkajs';
import type { PartitionMetadata } from 'kafkajs';

/** Which partition a key belongs to, by Kafka's own (Java) partitioner: murmur2 of the key modulo the partitions. */
export function createPartitionOf(partitionCount: number): (key: string) => number {
  const partition = Partitioners.DefaultPartitioner();
  const partitionMetadata: PartitionMetadata[] = Array.from({ length: partitionCount }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  return (key) => partition({ topic: '', partitionMetadata, message: { key, value: null } });
}
