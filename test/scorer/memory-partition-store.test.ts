import { partitionStoreContract } from '../contract/partition-store.ts';
import { createMemoryPartitionStore, createMemoryServer } from '../support/memory-partition-store.ts';

partitionStoreContract('partitions in memory', () => {
  const server = createMemoryServer();
  return Promise.resolve({ open: (partitionCount) => createMemoryPartitionStore(partitionCount, server) });
});
