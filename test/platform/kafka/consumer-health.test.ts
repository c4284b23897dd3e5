import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingOfConsumer, findingOfConsumers } from '../../../services/platform/kafka/consumer-health.ts';
import type { ConsumerHealth } from '../../../services/platform/kafka/consumer-health.ts';

const NOW_MS = 1_000_000;
const joined: ConsumerHealth = {
  membership: 'joined',
  membershipSinceMs: NOW_MS - 500_000,
  lastAnswerAtMs: NOW_MS - 200,
  lastTrouble: undefined,
  detail: 'partitions 0, 1',
};
const ago = (ms: number): number => NOW_MS - ms;
const typeOf = (changes: Partial<ConsumerHealth>): string => findingOfConsumer({ ...joined, ...changes }, NOW_MS).type;

test('a member is up while brokers answer, and missing Kafka when none has for eight seconds', () => {
  assert.equal(typeOf({}), 'up');
  assert.equal(typeOf({ lastAnswerAtMs: ago(7_999) }), 'up');
  assert.deepEqual(findingOfConsumer({ ...joined, lastAnswerAtMs: ago(8_000) }, NOW_MS), {
    type: 'missing',
    cause: 'no broker has answered for 8 s',
  });
});

test('an error tells an outage sooner, unless a broker has answered since', () => {
  const cause = 'connection refused';
  assert.equal(typeOf({ lastAnswerAtMs: ago(3_000), lastTrouble: { atMs: ago(2_500), cause } }), 'missing');
  assert.equal(typeOf({ lastAnswerAtMs: ago(1_000), lastTrouble: { atMs: ago(900), cause } }), 'up');
  assert.equal(typeOf({ lastAnswerAtMs: ago(3_000), lastTrouble: { atMs: ago(3_500), cause } }), 'up');
});

test('joining says nothing for a minute: a rebalance waits for members that died', () => {
  assert.equal(
    typeOf({ membership: 'joining', membershipSinceMs: ago(59_000), lastAnswerAtMs: ago(59_000) }),
    'unknown',
  );
  assert.equal(
    typeOf({ membership: 'joining', membershipSinceMs: ago(60_000), lastAnswerAtMs: ago(60_000) }),
    'missing',
  );
  const lastTrouble = { atMs: ago(3_000), cause: 'connection refused' };
  assert.equal(
    typeOf({ membership: 'joining', membershipSinceMs: ago(5_000), lastAnswerAtMs: undefined, lastTrouble }),
    'missing',
  );
});

test('who lost the membership misses Kafka for the reason that it was lost for', () => {
  const lastTrouble = { atMs: ago(100), cause: 'GROUP_AUTHORIZATION_FAILED' };
  assert.equal(typeOf({ membership: 'lost', lastTrouble }), 'missing');
  assert.equal(typeOf({ membership: 'lost' }), 'unknown');
});

test('of several consumers the one in trouble speaks, then the one that joins', () => {
  const silent = { ...joined, lastAnswerAtMs: ago(9_000) };
  const joining = { ...joined, membership: 'joining', membershipSinceMs: ago(100) } as const;
  assert.equal(findingOfConsumers([joined, joining, silent], NOW_MS).type, 'missing');
  assert.equal(findingOfConsumers([joined, joining], NOW_MS).type, 'unknown');
  assert.equal(findingOfConsumers([joined, joined], NOW_MS).type, 'up');
});
