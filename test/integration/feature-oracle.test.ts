import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isPartitionMark } from '../../services/core/events/subscriber-event.ts';
import type { SubscriberEvent } from '../../services/core/events/subscriber-event.ts';
import { sharesTimes, smallSimulation } from '../simulator/small-simulation.ts';
import { disorderly } from '../support/disorderly-log.ts';
import { assertFeaturesOfRawEvents } from '../support/feature-comparison.ts';
import { openInstallation } from '../support/installation.ts';
import { alertsOf, publishedById, sendRecords } from '../support/installation-log.ts';
import {
  countsOf,
  partitionRecordsOf,
  settledEvents,
  storedStatesOf,
  subscribersOf,
  untilSettled,
} from '../support/installation-state.ts';
import { startScorer } from '../support/scorer-process.ts';
import { until } from '../support/until.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TIME_ZONE = 'Asia/Shanghai';
const PARTITIONS = 4;

const simulation = smallSimulation({
  seed: 3,
  subscribers: 250,
  days: 100,
  startMs: Date.parse('2025-01-06T00:00:00+08:00'),
  markIntervalMs: 3 * HOUR_MS,
  incidents: 1,
  mechanismShares: sharesTimes(3),
});
const disorder = { seed: 4, shuffledShare: 0.2, withinMs: 7 * DAY_MS - HOUR_MS, duplicateShare: 0.05 };

suite('a disorderly log, read by two scorers of which one is killed half-way', () => {
  test('every feature equals that of the raw events, and every record is in the books once', async (t) => {
    const policy = { timeZone: TIME_ZONE, warmUpDays: 28 };
    const shop = await openInstallation(t, { partitions: PARTITIONS, policy });
    let duplicates = 0;
    const log = [...disorderly(simulation.records(), disorder, () => duplicates++)];
    const events = log.filter((record) => !isPartitionMark(record)).length;
    // The second part comes after the kill, so that the kill is certain to come before the end.
    const cut = Math.floor(log.length * 0.6);

    const survivor = await startScorer(shop);
    const victim = await startScorer(shop);
    const sending = sendRecords(shop, log.slice(0, cut));
    await until('half of the events are settled', async () => settledEvents(await countsOf(shop)) > events / 2);
    assert.ok((await victim.metric('churn_events_consumed_total', { result: 'folded' })) > 0, 'the victim had work');
    assert.ok((await survivor.metric('churn_events_consumed_total', { result: 'folded' })) > 0);
    await victim.kill();
    await sending;
    await sendRecords(shop, log.slice(cut));
    await untilSettled(shop);

    const counts = await countsOf(shop);
    const { folded, late, parked } = counts;
    assert.deepEqual(
      { folded, duplicates: counts.duplicates, late, parked },
      { folded: events - duplicates, duplicates, late: 0, parked: 0 },
    );
    const clean = Map.groupBy([...simulation.records()].filter(isSubscriberEvent), ({ subscriberId }) => subscriberId);
    const asOf = { timeZone: TIME_ZONE, asOfMs: simulation.endMs + 3 * HOUR_MS };
    assertFeaturesOfRawEvents(await subscribersOf(shop), clean, asOf);

    const alerts = new Set((await alertsOf(shop)).map(({ alertId }) => alertId));
    assert.equal(alerts.size, counts.episodes);
    assert.ok(alerts.size > 20, `${alerts.size} alerts: enough left to tell anything`);

    await t.test('another group reads the same log alone, in other batches, and comes to the same', async (again) => {
      const other = await openInstallation(again, { partitions: PARTITIONS, policy, inputOf: shop });
      await startScorer(other, { CHURN_COMMIT_LIMIT: '37' });
      await untilSettled(other);
      assert.deepEqual(await storedStatesOf(other), await storedStatesOf(shop));
      assert.deepEqual(await partitionRecordsOf(other), await partitionRecordsOf(shop));
      assert.deepEqual(
        await publishedById(other, other.topics.alert),
        await publishedById(shop, shop.topics.alert),
      );
      assert.deepEqual(
        await publishedById(other, other.topics.score),
        await publishedById(shop, shop.topics.score),
      );
    });
  });
});

function isSubscriberEvent(record: Parameters<typeof isPartitionMark>[0]): record is SubscriberEvent {
  return !isPartitionMark(record);
}
