import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../../services/simulator/replay/config.ts';

test('the data folder is all that must be given', () => {
  const parsed = readConfig(['--data', 'somewhere'], {});
  assert.ok(parsed.ok);
  assert.equal(parsed.value.dataFolder, 'somewhere');
  assert.equal(parsed.value.timeZone, 'Europe/Vilnius');
  assert.equal(parsed.value.markIntervalMs, 3_600_000);
});

test('all mistakes are told at once', () => {
  const parsed = readConfig([], {
    REPLAY_SEED: '-1',
    REPLAY_TIME_ZONE: 'Europe/Atlantis',
    REPLAY_SHUFFLED_SHARE: '20',
  });
  assert.ok(!parsed.ok);
  for (const name of ['--data <folder>', 'REPLAY_SEED', 'REPLAY_TIME_ZONE', 'REPLAY_SHUFFLED_SHARE']) {
    assert.ok(
      parsed.mistakes.some((mistake) => mistake.includes(name)),
      name,
    );
  }
});
