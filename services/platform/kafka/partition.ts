import { Partitioners } from 'kafkajs';
import type { PartitionMetadata } from 'kafkajs';
import { asciiPartitionOf } from './murmur2.ts';

/**
 * Which partition a key belongs to, by Kafka's own (Java) partitioner: murmur2 of the key modulo the partitions. The
 * client's own arithmetic, on objects for 64-bit numbers, is only asked where a key is not ASCII.
 */
export function createPartitionOf(partitionCount: number): (key: string) => number {
  const partition = Partitioners.DefaultPartitioner();
  const partitionMetadata: PartitionMetadata[] = Array.from({ length: partitionCount }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  return (key) =>
    asciiPartitionOf(key, partitionCount) ?? partition({ topic: '', partitionMetadata, message: { key, value: null } });
}
