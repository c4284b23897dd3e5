import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../../services/simulator/replay/config.ts';

test('the data folder is all that must be given', () => {
  const parsed = readConfig(['--data', 'somewhere'], {});
  assert.ok(parsed.ok);
  assert.equal(parsed.value.dataFolder, 'somewhere');
  assert.equal(parsed.value.timeZone, 'Europe/Vilnius');
  assert.equal(parsed.value.markIntervalMs, 3_600_000);
  assert.equal(parsed.value.eventsPerSecond, undefined);
});

test('all mistakes are told at once', () => {
  const parsed = readConfig([], {
    CHURN_KAFKA_BROKERS: 'nowhere',
    REPLAY_SEED: '-1',
    REPLAY_TIME_ZONE: 'Europe/Atlantis',
    REPLAY_SHUFFLED_SHARE: '20',
  });
  assert.ok(!parsed.ok);
  for (const name of [
    '--data <folder>',
    'CHURN_KAFKA_BROKERS',
    'REPLAY_SEED',
    'REPLAY_TIME_ZONE',
    'REPLAY_SHUFFLED_SHARE',
  ]) {
    assert.ok(
      parsed.mistakes.some((mistake) => mistake.includes(name)),
      name,
    );
  }
});

test('a broker elsewhere needs a secret of its own', () => {
  const env = { CHURN_KAFKA_BROKERS: 'kafka.example:9092' };
  assert.ok(!readConfig(['--data', 'd'], env).ok);
  assert.ok(readConfig(['--data', 'd'], { ...env, CHURN_PSEUDONYM_SECRET: 'sixteen bytes and more' }).ok);
});
