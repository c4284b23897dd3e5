import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PositionLostError } from '../../../services/platform/kafka/positioned-batches.ts';
import { partitionKeys } from '../../../services/platform/redis/partition-keys.ts';
import { LostEventsError } from '../../../services/scorer/hold-partitions.ts';
import { createSimulatedLog } from '../kafka/simulated-log.ts';
import { createSimulatedServer } from '../redis/simulated-server.ts';
import { KEYSPACE, TOPICS } from '../settings.ts';
import { createRefusalCheck } from './check-refusals.ts';

/** Two logs of three records; Redis goes on with the second record of each, and of the first log that is gone. */
function openCheck() {
  const server = createSimulatedServer();
  const broken: string[] = [];
  const [cut, whole] = [0, 1].map((partition) => {
    const log = createSimulatedLog(TOPICS.input, partition, () => undefined);
    log.append(
      Array.from({ length: 3 }, () => ({ topic: TOPICS.input, key: null, value: null })),
      0,
    );
    server.execute(['HSET', partitionKeys(KEYSPACE, partition).control, 'next', '1']);
    return log;
  });
  assert.ok(cut && whole);
  const check = createRefusalCheck({ server, logs: [cut, whole], onBroken: (text) => broken.push(text) });
  cut.trim(2n);
  whole.trim(1n);
  check.onLoss();
  return { check, cut, whole, broken };
}

test('a reader may refuse a log whose next record is gone', () => {
  const { check, cut, whole, broken } = openCheck();
  assert.deepEqual([check.isCut(cut), check.isCut(whole)], [true, false]);
  check.onRefused('scorer0.1', cut, new LostEventsError('gone'));
  assert.deepEqual(broken, []);
  assert.deepEqual([check.isRefused(cut), check.isRefused(whole)], [true, false]);
});

test('a reader may not refuse a log because of what another one lost', () => {
  const { check, whole, broken } = openCheck();
  check.onRefused('scorer0.1', whole, new LostEventsError('gone'));
  assert.match(broken.join(), /input\/1 without a cause/);
});

test('a reader may not refuse a log for anything else than what is lost', () => {
  for (const error of [new TypeError('a mistake'), new PositionLostError("another service's")]) {
    const { check, cut, broken } = openCheck();
    check.onRefused('scorer0.1', cut, error);
    assert.match(broken.join(), /input\/0, but not for what is lost/);
  }
});
