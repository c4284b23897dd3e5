import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertIdOf } from '../../services/core/risk/decide-risk.ts';
import { workOrderIdOf } from '../../services/core/work-orders/work-order.ts';
import { openInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { alertsOf, recordsOf, sendRecords } from '../support/installation-log.ts';
import { countsOf, subscribersOf, untilSettled } from '../support/installation-state.ts';
import { at, people, regularLife } from '../support/regular-life.ts';
import { startRetention, startScorer } from '../support/scorer-process.ts';
import { until } from '../support/until.ts';

const PATH = '/tmf-api/workOrderManagement/v4/workOrder';
const DAY_MS = 86_400_000;
const HANDLED = 'churn_alerts_consumed_total';

test('an alert becomes one order however often it comes, and its outcome closes the episode for a while', async (t) => {
  const shop = await openInstallation(t, { partitions: 2, quietDays: 1, policy: { suppressAfterOutcomeDays: 3 } });
  await startScorer(shop);
  const retention = await startRetention(shop);
  const everybody = people(6);
  const [reached = '', waiting = ''] = everybody;
  const silent = new Set([reached, waiting]);
  const tell = async (fromDay: number, toDay: number): Promise<void> => {
    await sendRecords(shop, regularLife({ subscriberIds: everybody, fromMs: at(fromDay), toMs: at(toDay), silent }));
    await untilSettled(shop);
  };
  const orders = (): Promise<Order[]> => ordersOf(retention.address);

  await sendRecords(shop, regularLife({ subscriberIds: everybody, fromMs: at(0), toMs: at(4) }));
  // Two do not call on day 4; when day 5 begins, both are at high risk.
  await tell(4, 6);
  const alertIds = [alertIdOf(reached, 1), alertIdOf(waiting, 1)];
  assert.deepEqual((await alertsOf(shop)).map(({ alertId }) => alertId).toSorted(), alertIds);
  await until('each alert has an order', async () => (await orders()).length === 2);

  const alertRecords = await recordsOf(shop, shop.topics.alert);
  await shop.producer.send(alertRecords.map((record) => ({ ...record, topic: shop.topics.alert })));
  await until('the alerts came again', async () => (await retention.metric(HANDLED, { result: 'duplicate' })) === 2);
  assert.deepEqual(
    (await orders()).map(({ id, externalId, state }) => ({ id, externalId, state })),
    alertIds.map((alertId) => ({ id: workOrderIdOf(alertId), externalId: alertId, state: 'acknowledged' })),
  );

  for (const state of ['inProgress', 'completed']) {
    const answer = await patch(retention.address, workOrderIdOf(alertIdOf(reached, 1)), { state });
    assert.equal(answer.status, 200, await answer.text());
  }
  await until('the log has the outcome, and the scorer read it', async () => (await countsOf(shop)).outcomes === 1);
  const closed = (await subscribersOf(shop)).get(reached)?.risk;
  assert.deepEqual(
    { open: closed?.episodeOpen, closedAtMs: closed?.episodeClosedAtMs, untilMs: closed?.suppressedUntilMs },
    { open: false, closedAtMs: at(6), untilMs: at(6) + 3 * DAY_MS },
    "in the log's own time",
  );
  assert.equal((await subscribersOf(shop)).get(waiting)?.risk.episodeOpen, true);

  // Both stay silent: one is left alone for three days, the other is still with the desk.
  await tell(6, 9);
  assert.equal((await countsOf(shop)).episodes, 2);
  await tell(9, 10);
  assert.equal((await countsOf(shop)).episodes, 3);
  await until('the second episode has an order of its own', async () => (await orders()).length === 3);

  const change = await changeSince(retention.address, waiting, alertIdOf(waiting, 1));
  const explained = change.changes.reduce((sum, { contribution }) => sum + contribution, change.fromMargin);
  assert.ok(Math.abs(explained - change.toMargin) < 1e-9, 'the order keeps what its alert was raised on');
  assert.ok(Math.abs(change.fromScore - change.since.riskScore) < 1e-6, 'the same model gives the same score again');

  // Stopping publishes what is still waiting.
  await retention.stop();
  const created = await createdOrders(shop);
  assert.deepEqual(
    created.toSorted(),
    [...alertIds, alertIdOf(reached, 2)].map(workOrderIdOf).toSorted(),
    'one creation each on the topic',
  );
});

interface Order {
  readonly id: string;
  readonly externalId: string;
  readonly state: string;
}

/** All orders, by id. */
async function ordersOf(address: string): Promise<Order[]> {
  const list: unknown = await (await fetch(`${address}${PATH}?limit=100`)).json();
  assert.ok(Array.isArray(list));
  return list.map((order: unknown) => toOrder(order)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function toOrder(value: unknown): Order {
  const { id, externalId, state } = { id: '', externalId: '', state: '', ...Object(value) } as Record<string, unknown>;
  return { id: String(id), externalId: String(externalId), state: String(state) };
}

interface RiskChange {
  readonly since: { readonly riskScore: number };
  readonly fromScore: number;
  readonly fromMargin: number;
  readonly toMargin: number;
  readonly changes: readonly { readonly contribution: number }[];
}

async function changeSince(address: string, subscriberId: string, alertId: string): Promise<RiskChange> {
  const answer = await fetch(`${address}/v1/subscribers/${subscriberId}/risk/change?since=${alertId}`);
  assert.equal(answer.status, 200);
  return (await answer.json()) as RiskChange;
}

function patch(address: string, id: string, body: object): Promise<Response> {
  return fetch(`${address}${PATH}/${encodeURIComponent(id)}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Ids of orders that the topic says were created, repetitions of one event left out. */
async function createdOrders(shop: Installation): Promise<string[]> {
  const records = await recordsOf(shop, shop.topics.workOrder);
  const events = new Map(
    records
      .filter(({ headers }) => headers['ce_type']?.toString() === 'WorkOrderCreateEvent')
      .map(({ headers }) => [headers['ce_id']?.toString(), headers['ce_subject']?.toString() ?? '']),
  );
  return [...events.values()];
}
