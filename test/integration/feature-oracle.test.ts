import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharesTimes, smallSimulation } from '../simulator/small-simulation.ts';
import { disorderly } from '../support/disorderly-log.ts';
import { assertFeaturesOfRawEvents } from '../support/feature-comparison.ts';
import { openInstallation } from '../support/installation.ts';
import { publishedById } from '../support/installation-log.ts';
import {
  countsOf,
  partitionRecordsOf,
  storedStatesOf,
  subscribersOf,
  untilSettled,
} from '../support/installation-state.ts';
import { eventsBySubscriber, readWithOneKill } from '../support/read-with-one-kill.ts';
import { startScorer } from '../support/scorer-process.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TIME_ZONE = 'Asia/Shanghai';
const PARTITIONS = 4;

const simulation = smallSimulation({
  seed: 3,
  subscribers: 220,
  days: 100,
  startMs: Date.parse('2025-01-06T00:00:00+08:00'),
  markIntervalMs: 3 * HOUR_MS,
  incidents: 1,
  mechanismShares: sharesTimes(3),
});
const disorder = { seed: 4, shuffledShare: 0.2, withinMs: 7 * DAY_MS - HOUR_MS, duplicateShare: 0.05 };
const policy = { timeZone: TIME_ZONE, warmUpDays: 28 };

test('shuffled, repeated, and one of two scorers killed half-way: every feature equals that of the raw events', async (t) => {
  const shop = await openInstallation(t, { partitions: PARTITIONS, policy });
  let repeated = 0;
  const log = () => {
    repeated = 0;
    return disorderly(simulation.records(), disorder, () => repeated++);
  };

  const events = await readWithOneKill(shop, log);

  const counts = await countsOf(shop);
  const { folded, duplicates, late, parked } = counts;
  assert.deepEqual(
    { folded, duplicates, late, parked },
    { folded: events - repeated, duplicates: repeated, late: 0, parked: 0 },
  );
  assertFeaturesOfRawEvents(await subscribersOf(shop), eventsBySubscriber(simulation.records()), {
    timeZone: TIME_ZONE,
    asOfMs: simulation.endMs + 3 * HOUR_MS,
  });

  const alerts = await publishedById(shop, shop.topics.alert);
  assert.equal(alerts.size, counts.episodes);
  assert.ok(alerts.size > 20, `${alerts.size} alerts say something about more than a few`);

  await t.test('another group reads the same log alone, in other batches, and comes to the same', async (again) => {
    const other = await openInstallation(again, { partitions: PARTITIONS, policy, inputOf: shop });
    await startScorer(other, { CHURN_COMMIT_LIMIT: '150' });
    await untilSettled(other);
    assert.deepEqual(await storedStatesOf(other), await storedStatesOf(shop));
    assert.deepEqual(await partitionRecordsOf(other), await partitionRecordsOf(shop));
    assert.deepEqual(await publishedById(other, other.topics.alert), alerts);
    assert.deepEqual(await publishedById(other, other.topics.score), await publishedById(shop, shop.topics.score));
  });
});
