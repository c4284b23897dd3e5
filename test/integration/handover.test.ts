import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isPartitionMark } from '../../services/core/events/subscriber-event.ts';
import type { LogRecord } from '../../services/core/events/subscriber-event.ts';
import { partitionKeys } from '../../services/platform/redis/partition-keys.ts';
import { sharesTimes, smallSimulation } from '../simulator/small-simulation.ts';
import { openInstallation } from '../support/installation.ts';
import type { Installation, TestEnd } from '../support/installation.ts';
import { publishedById, sendRecords } from '../support/installation-log.ts';
import {
  countsOf,
  lagOf,
  partitionRecordsOf,
  settledEvents,
  storedStatesOf,
  untilSettled,
} from '../support/installation-state.ts';
import { startScorer } from '../support/scorer-process.ts';
import { until } from '../support/until.ts';

const HOUR_MS = 3_600_000;
const REFUSED = 'churn_commits_refused_total';
const CONSUMED = 'churn_events_consumed_total';

const log = [
  ...smallSimulation({
    seed: 21,
    subscribers: 120,
    days: 30,
    startMs: Date.parse('2025-01-06T00:00:00+08:00'),
    markIntervalMs: 3 * HOUR_MS,
    mechanismShares: sharesTimes(3),
  }).records(),
];
const events = log.filter((record) => !isPartitionMark(record)).length;
const policy = { timeZone: 'Asia/Shanghai', warmUpDays: 10 };

/** Part `n` (from 0) of `parts` of the log. */
function part(n: number, parts: number): LogRecord[] {
  return log.slice(Math.floor((log.length * n) / parts), Math.floor((log.length * (n + 1)) / parts));
}

suite('scorers hand partitions over', () => {
  test('instances that join, leave and are killed give what one alone gives', async (t) => {
    const shop = await openInstallation(t, { partitions: 3, policy });
    const first = await startScorer(shop);
    await sendRecords(shop, part(0, 4));
    await untilSettled(shop);

    const second = await startScorer(shop);
    const third = await startScorer(shop);
    await sendRecords(shop, part(1, 4));
    await untilSettled(shop);
    for (const scorer of [first, second, third]) assert.ok((await scorer.metric(CONSUMED)) > 0, `${scorer.name} idles`);

    const sending = sendRecords(shop, part(2, 4));
    first.process.signal('SIGTERM');
    await until('the first has left', () => Promise.resolve(first.process.hasEnded()), { withinMs: 10_000 });
    assert.equal(await first.process.ended, 'exit code 0');
    await sending;
    await untilSettled(shop);

    const sendingLast = sendRecords(shop, part(3, 4));
    await until('the last part is in work', async () => settledEvents(await countsOf(shop)) > events * 0.76);
    await second.kill();
    await sendingLast;
    await untilSettled(shop);

    assert.equal(settledEvents(await countsOf(shop)), events);
    assert.equal((await countsOf(shop)).folded, events);
    await third.stop();
    await assertAsUndisturbed(t, shop);
  });

  test('an instance stopped beyond its session changes nothing any more when it wakes up', async (t) => {
    const shop = await openInstallation(t, { partitions: 1, policy });
    const sleeper = await startScorer(shop);
    await sendRecords(shop, part(0, 2));
    await until('work has begun', async () => settledEvents(await countsOf(shop)) > 0);
    sleeper.process.signal('SIGSTOP');
    assert.ok((await lagOf(shop)) > 0, 'it was stopped in the middle of its work');

    const successor = await startScorer(shop);
    await untilSettled(shop);
    const before = await partitionRecordsOf(shop);
    sleeper.process.signal('SIGCONT');
    await until('the sleeper is a member again', () => sleeper.isReady());
    assert.deepEqual(await partitionRecordsOf(shop), before);

    await sendRecords(shop, part(1, 2));
    await untilSettled(shop);
    assert.equal((await countsOf(shop)).folded, events);
    await Promise.all([sleeper.stop(), successor.stop()]);
    await assertAsUndisturbed(t, shop);
  });

  test('the commit of an instance that another has taken over from is refused, counted and made up for', async (t) => {
    const shop = await openInstallation(t, { partitions: 1, policy });
    const scorer = await startScorer(shop);
    await sendRecords(shop, part(0, 2));
    await untilSettled(shop);
    assert.equal(await scorer.metric(REFUSED), 0);

    // What a new owner does first. The group knows nothing of it: as for a zombie, nobody tells the instance.
    await shop.store.acquire(0, 'another instance');
    await sendRecords(shop, part(1, 2));
    await untilSettled(shop);

    assert.equal(await scorer.metric(REFUSED), 1);
    assert.notEqual(await shop.redis.hget(partitionKeys('', 0).control, 'owner'), 'another instance');
    assert.equal((await countsOf(shop)).folded, events);
    await scorer.stop();
    await assertAsUndisturbed(t, shop);
  });
});

/** Runs the same log with one scorer into an empty Redis, and compares everything. */
async function assertAsUndisturbed(t: TestEnd, shop: Installation): Promise<void> {
  const calm = await openInstallation(t, { partitions: shop.partitions, policy, inputOf: shop });
  await startScorer(calm);
  await untilSettled(calm);
  assert.deepEqual(await storedStatesOf(shop), await storedStatesOf(calm));
  assert.deepEqual(await partitionRecordsOf(shop), await partitionRecordsOf(calm));
  const alerts = await publishedById(shop, shop.topics.alert);
  assert.ok(alerts.size > 0);
  assert.equal(alerts.size, (await countsOf(shop)).episodes);
  assert.deepEqual(alerts, await publishedById(calm, calm.topics.alert));
  assert.deepEqual(await publishedById(shop, shop.topics.score), await publishedById(calm, calm.topics.score));
}
