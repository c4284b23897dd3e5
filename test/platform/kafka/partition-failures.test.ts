import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPartitionFailures } from '../../../services/platform/kafka/partition-failures.ts';
import type { PartitionFailures } from '../../../services/platform/kafka/partition-failures.ts';

interface Bench {
  readonly failures: PartitionFailures;
  nowMs: number;
}

const SICK = new Error('the state cannot be read');
const OUTAGE = new Error('Redis is away');

function openBench(): Bench {
  const bench: Bench = {
    nowMs: 0,
    failures: createPartitionFailures(
      { isOutage: (error) => error === OUTAGE, giveUpAfterMs: 60_000 },
      () => bench.nowMs,
    ),
  };
  return bench;
}

test('a partition that fails waits twice as long after each try, up to half a minute', () => {
  const { failures } = openBench();
  const waits = Array.from({ length: 9 }, () => failures.failed(3, SICK).waitMs);
  assert.deepEqual(waits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test('it is given up when it has failed for too long without a success in between', () => {
  const bench = openBench();
  assert.equal(bench.failures.failed(3, SICK).type, 'retry');
  bench.nowMs = 59_999;
  assert.equal(bench.failures.failed(3, SICK).type, 'retry');
  assert.equal(bench.failures.succeeded(3), true);
  assert.equal(bench.failures.succeeded(3), false);
  bench.nowMs = 60_000;
  assert.equal(bench.failures.failed(3, SICK).type, 'retry', 'counted anew');
  bench.nowMs = 120_000;
  assert.equal(bench.failures.failed(3, SICK).type, 'give-up');
});

test('an outage is waited out, however long it takes, and is no failing of the partition', () => {
  const bench = openBench();
  for (; bench.nowMs < 3_600_000; bench.nowMs += 1_000) {
    assert.deepEqual(bench.failures.failed(3, OUTAGE), { type: 'outage', waitMs: 1_000 });
  }
  assert.equal(bench.failures.succeeded(3), false);
});

test('a rebalance that leaves a sick partition here does not make it well', () => {
  const bench = openBench();
  bench.failures.failed(3, SICK);
  bench.failures.failed(4, SICK);
  bench.failures.keepOnly([3, 5]);
  bench.nowMs = 60_000;
  assert.equal(bench.failures.failed(3, SICK).type, 'give-up');
  assert.equal(bench.failures.failed(4, SICK).type, 'retry');
});
