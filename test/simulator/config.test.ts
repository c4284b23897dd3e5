import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../services/simulator/config.ts';

const NOW_MS = Date.parse('2026-12-01T00:00:00Z');

test('without settings the demo is simulated', () => {
  const parsed = readConfig(NOW_MS, {});
  assert.ok(parsed.ok);
  assert.equal(parsed.value.subscribers, 3_000);
  assert.equal(parsed.value.startMs, Date.parse('2026-01-05T00:00:00+08:00'));
});

test('all mistakes are told together', () => {
  const parsed = readConfig(NOW_MS, {
    SIMULATOR_SUBSCRIBERS: 'many',
    SIMULATOR_START_DATE: 'soon',
    SIMULATOR_LATE_SHARE: '1.5',
    SIMULATOR_OUTAGE: 'tv,2026-01-01,2026-01-02',
  });
  assert.ok(!parsed.ok);
  for (const name of ['SIMULATOR_SUBSCRIBERS', 'SIMULATOR_START_DATE', 'SIMULATOR_LATE_SHARE', 'SIMULATOR_OUTAGE']) {
    assert.ok(
      parsed.mistakes.some((mistake) => mistake.includes(name)),
      name,
    );
  }
});

test('a period that reaches beyond now is refused', () => {
  assert.equal(readConfig(NOW_MS, { SIMULATOR_START_DATE: '2026-11-30', SIMULATOR_DAYS: '1' }).ok, true);
  assert.equal(readConfig(NOW_MS, { SIMULATOR_START_DATE: '2026-11-30', SIMULATOR_DAYS: '2' }).ok, false);
});

test('an outage is a feed and two instants', () => {
  const outage = 'voice,2026-02-01T09:00:00+08:00,2026-02-01T15:00:00+08:00';
  const parsed = readConfig(NOW_MS, { SIMULATOR_OUTAGE: outage });
  assert.ok(parsed.ok);
  assert.deepEqual(parsed.value.disorder.outage, {
    feed: 'voice',
    fromMs: Date.parse('2026-02-01T01:00:00Z'),
    toMs: Date.parse('2026-02-01T07:00:00Z'),
  });
});

test('a day or a subscriber in part is refused', () => {
  assert.equal(readConfig(NOW_MS, { SIMULATOR_DAYS: '3.5' }).ok, false);
  assert.equal(readConfig(NOW_MS, { SIMULATOR_SUBSCRIBERS: '10.25' }).ok, false);
});

test('events cannot be late, shuffled and beyond the limit at once', () => {
  const shares = { SIMULATOR_LATE_SHARE: '0.5', SIMULATOR_SHUFFLED_SHARE: '0.4', SIMULATOR_BEYOND_LIMIT_SHARE: '0.1' };
  assert.equal(readConfig(NOW_MS, shares).ok, true);
  assert.equal(readConfig(NOW_MS, { ...shares, SIMULATOR_BEYOND_LIMIT_SHARE: '0.2' }).ok, false);
});
