import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRiskReader } from '../../services/retention/read-risk.ts';
import { UnknownCursorError } from '../../services/retention/risk-reader.ts';
import { createFakeModel } from '../support/fake-model.ts';
import { createMemoryPartitionStore } from '../support/memory-partition-store.ts';
import { samplePolicy } from '../support/sample-policy.ts';

const PARTITIONS = 2;

test('a cursor that no page gave is refused, never read as the first page', async () => {
  const reader = createRiskReader({
    store: createMemoryPartitionStore(PARTITIONS),
    model: createFakeModel(() => 0.5),
    policy: samplePolicy(),
    partitionCount: PARTITIONS,
    partitionOf: () => 0,
  });
  assert.deepEqual(await reader.list('high', undefined, 10), { scores: [], next: undefined, total: 0 });
  for (const after of ['garbage', '-1.x', '99999999999999.x', '0.', '']) {
    await assert.rejects(reader.list('high', after, 10), UnknownCursorError, after);
  }
});
