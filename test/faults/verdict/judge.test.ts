import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionKeys } from '../../../services/platform/redis/partition-keys.ts';
import { createOrderKeys } from '../../../services/platform/redis/order-keys.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { recordsOf, sendRecords } from '../../support/installation-log.ts';
import { untilSettled } from '../../support/installation-state.ts';
import { at, people, regularLife } from '../../support/regular-life.ts';
import { startRetention, startScorer } from '../../support/scorer-process.ts';
import { expectedOutcome } from './expected-outcome.ts';
import { judge } from './judge.ts';
import type { Verdict } from './verdict.ts';

const subscriberIds = people(12);
const silent = new Set(subscriberIds.slice(0, 4));

function countsOf({ lost, doubled, invented }: Verdict): object {
  return { lost, doubled, invented };
}

test('what the log gives is found in order, and whatever is taken away, added or changed is told', async (t) => {
  const shop = await openInstallation(t, { partitions: 2, policy: { warmUpDays: 2 }, quietDays: 3 });
  await Promise.all([startScorer(shop), startRetention(shop)]);
  await sendRecords(shop, [
    ...regularLife({ subscriberIds, fromMs: at(0), toMs: at(4) }),
    ...regularLife({ subscriberIds, fromMs: at(4), toMs: at(9), silent }),
  ]);
  await untilSettled(shop);
  const expected = await expectedOutcome(shop);
  assert.equal(expected.alerts.size, silent.size);

  const clean = await judge(shop, expected);
  assert.deepEqual([countsOf(clean), clean.differences], [{ lost: 0, doubled: 0, invented: 0 }, []]);
  assert.equal(clean.compared['orders'], silent.size);
  const backwards = { ...expected, scores: new Map([...expected.scores].toReversed()) };
  assert.match(
    (await judge(shop, backwards)).differences.join(),
    /^subscribers whose scores are out of order: k1-person/,
  );
  const ofNobody = await judge(shop, { ...expected, alerts: new Map() }, { orders: false });
  assert.match(ofNobody.differences.join(), /^the log gives no alerts/);

  await inventAlert(shop);
  assert.deepEqual(countsOf(await judge(shop, expected)), { lost: 0, doubled: 0, invented: 1 });

  const { counts } = expected.records[0] ?? assert.fail('no books');
  await changeBooks(shop, counts.folded, counts.folded + 2);
  assert.deepEqual(countsOf(await judge(shop, expected)), { lost: 0, doubled: 2, invented: 1 });
  await changeBooks(shop, counts.folded + 2, counts.folded - 1);
  assert.deepEqual(countsOf(await judge(shop, expected)), { lost: 1, doubled: 0, invented: 1 });

  await doubleOrder(shop);
  assert.deepEqual(countsOf(await judge(shop, expected)), { lost: 2, doubled: 1, invented: 2 });

  const stateKey = await keyOfState(shop);
  await shop.redis.append(stateKey, 'x');
  assert.match((await judge(shop, expected)).differences.join(), /states that differ: k1-person/);
  await shop.redis.del(stateKey);
  assert.deepEqual(countsOf(await judge(shop, expected)), { lost: 3, doubled: 1, invented: 2 });

  await tellCreationAgain(shop, /"(eventTime|timeOcurred|orderDate)":"2/g, '"$1":"3');
  assert.deepEqual(countsOf(await judge(shop, expected)), { lost: 3, doubled: 2, invented: 2 });
  const excused = await judge(shop, expected, { redisLosesWritesUntilMs: Infinity });
  assert.deepEqual(countsOf(excused), { lost: 3, doubled: 1, invented: 2 });
  assert.equal(excused.measured['orders made again, with other times'], 1);
  await tellCreationAgain(shop, /"priority":"\d"/g, '"priority":"9"');
  const unlike = await judge(shop, expected, { redisLosesWritesUntilMs: Infinity });
  assert.match(unlike.differences.join(), /orders made again otherwise than the first time/);
});

/** An alert on the topic that no event brought about. */
function inventAlert({ producer, topics }: Installation): Promise<void> {
  const headers = { ce_id: 'invented' };
  return producer.send([{ topic: topics.score, partition: 0, key: 'k1-nobody', value: Buffer.from('x'), headers }]);
}

async function changeBooks({ redis }: Installation, from: number, to: number): Promise<void> {
  const { control } = partitionKeys('', 0);
  const record = (await redis.hget(control, 'record')) ?? '';
  await redis.hset(control, 'record', record.replace(`"folded":${from}`, `"folded":${to}`));
}

/** A second order for an alert in the place of another, whose alert then has none, and which the topic still tells of. */
async function doubleOrder({ redis }: Installation): Promise<void> {
  const { bodies } = createOrderKeys('');
  const [first, second] = await redis.hkeys(bodies);
  const body = (await redis.hget(bodies, first ?? '')) ?? '';
  await redis.hset(bodies, second ?? '', body);
}

/** The first creation on the topic of orders once more, with another content. */
async function tellCreationAgain(shop: Installation, what: RegExp, instead: string): Promise<void> {
  const topic = shop.topics.workOrder;
  const records = await recordsOf(shop, topic);
  const creation = records.find(({ headers }) => headers['ce_type']?.toString() === 'WorkOrderCreateEvent');
  if (creation === undefined || creation.value === null) assert.fail('no creation');
  const { key, headers } = creation;
  const value = Buffer.from(creation.value.toString().replaceAll(what, instead));
  await shop.producer.send([{ topic, key, value, headers }]);
}

async function keyOfState({ redis }: Installation): Promise<string> {
  const [key] = await redis.keys('{p0}:s:*');
  return key ?? assert.fail('no state');
}
