import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { asciiPartitionOf } from '../../../services/platform/kafka/murmur2.ts';
import { createPartitionOf } from '../../../services/platform/kafka/partition.ts';

test('the partition of a key is the one that the client would choose', () => {
  const key = fc.oneof(fc.string({ maxLength: 40 }), fc.stringMatching(/^demo-[A-Za-z0-9_-]{22}$/));
  fc.assert(
    fc.property(key, fc.integer({ min: 1, max: 100 }), (text, partitions) => {
      assert.equal(asciiPartitionOf(text, partitions), partitionByClient(text, partitions));
    }),
    { numRuns: 2_000 },
  );
});

test('a key of any text has the partition that the client would choose', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 100 }), (text, partitions) => {
      assert.equal(createPartitionOf(partitions)(text), partitionByClient(text, partitions));
    }),
  );
});

test('a key that is not ASCII is left to others', () => {
  assert.equal(asciiPartitionOf('é', 4), undefined);
});

function partitionByClient(key: string, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  return Partitioners.DefaultPartitioner()({ topic: '', partitionMetadata, message: { key, value: null } });
}
