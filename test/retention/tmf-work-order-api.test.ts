import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { tmfStates, tmfTransitions } from '../../services/core/work-orders/tmf-state.ts';
import { createTmfUrls } from '../../services/retention/tmf/tmf-urls.ts';
import { toWorkOrderTmfEvent } from '../../services/retention/tmf/work-order-event.ts';
import { PUBLIC_BASE_URL, createTestApp, createTestDesk } from '../support/retention-app.ts';
import type { TestDesk } from '../support/retention-app.ts';
import { sampleAlert, sampleScore } from '../support/sample-alert.ts';
import { createTmfAssertion, tmfSkip } from '../support/tmf-definitions.ts';
import { readableNotices } from '../support/readable-notices.ts';

const LIST = '/tmf-api/workOrderManagement/v4/workOrder';
const orderOf = (subscriber: string): string => `${LIST}/wo-al-k1-${subscriber}-1`;

test('a work order is told as TMF697 has it', async (t) => {
  const { app } = await appWith(t, 'A');
  const reply = await app.inject(orderOf('A'));
  assert.equal(reply.statusCode, 200);
  assert.equal(reply.headers['content-type'], 'application/json; charset=utf-8');
  assert.equal(reply.headers.etag, '"1"');
  const order = reply.json<Record<string, unknown>>();
  assert.equal(order['id'], 'wo-al-k1-A-1');
  assert.equal(order['href'], `${PUBLIC_BASE_URL}${orderOf('A')}`);
  assert.equal(order['externalId'], 'al-k1-A-1');
  assert.equal(order['state'], 'acknowledged');
  assert.equal(order['priority'], '1');
  assert.equal(order['category'], 'retention');
  assert.equal(order['@type'], 'RetentionWorkOrder');
  // Tuesday 10:00 in Shanghai, three working days on.
  assert.equal(order['orderDate'], '2026-10-20T02:00:00.000Z');
  assert.equal(order['requestedCompletionDate'], '2026-10-23T02:00:00.000Z');
  const characteristics = characteristicsOf(order);
  assert.equal(characteristics.get('riskScore'), 0.8125);
  assert.equal(characteristics.get('modelVersion'), 'prepaid/1.0.0');
  assert.deepEqual(characteristics.get('reasonCodes'), ['activity']);
  assert.deepEqual(characteristics.get('reasons'), JSON.parse(JSON.stringify(sampleAlert().reasons)));
  const protective: unknown = JSON.parse(JSON.stringify(sampleAlert().protectiveReasons));
  assert.deepEqual(characteristics.get('protectiveReasons'), protective);
  assert.deepEqual([characteristics.get('baseMargin'), characteristics.get('rawMargin')], [0.5, 1.5]);
});

test('an unknown order is 404 with a TM Forum error', async (t) => {
  const { app } = await appWith(t);
  const reply = await app.inject(`${LIST}/nowhere`);
  assert.equal(reply.statusCode, 404);
  assert.deepEqual(reply.json(), {
    code: 'not_found',
    reason: 'Not Found',
    message: 'no such work order',
    status: '404',
  });
  const noRoute = await app.inject('/tmf-api/workOrderManagement/v4/nothing');
  assert.equal(noRoute.json<{ status: unknown }>().status, '404');
});

test('lists are paged with counts and links, oldest first', async (t) => {
  const { app } = await appWith(t, 'A', 'B', 'C');
  const reply = await app.inject(`${LIST}?offset=1&limit=1&category=retention`);
  assert.equal(reply.statusCode, 200);
  assert.deepEqual(idsOf(reply.json()), ['wo-al-k1-B-1']);
  assert.equal(reply.headers['x-total-count'], '3');
  assert.equal(reply.headers['x-result-count'], '1');
  const at = (offset: number): string => `<${PUBLIC_BASE_URL}${LIST}?offset=${offset}&limit=1&category=retention>`;
  assert.equal(
    reply.headers.link,
    `${at(1)}; rel="self", ${at(0)}; rel="first", ${at(0)}; rel="prev", ${at(2)}; rel="next", ${at(2)}; rel="last"`,
  );
  const counted = await app.inject(`${LIST}?limit=0`);
  assert.deepEqual(counted.json(), []);
  assert.equal(counted.headers['x-total-count'], '3');
});

test('filters find the right order and not the others, quoted or not', async (t) => {
  const { app } = await appWith(t, 'A', 'B');
  await app.inject({ method: 'PATCH', url: orderOf('B'), payload: { state: 'inProgress', priority: '0' } });
  const found = async (query: string): Promise<string[]> => idsOf((await app.inject(`${LIST}?${query}`)).json());
  assert.deepEqual(await found('state=inProgress'), ['wo-al-k1-B-1']);
  assert.deepEqual(await found('state=%22inProgress%22'), ['wo-al-k1-B-1']);
  assert.deepEqual(await found('priority=%220%22'), ['wo-al-k1-B-1']);
  assert.deepEqual(await found('priority=1&state=acknowledged'), ['wo-al-k1-A-1']);
  assert.deepEqual(await found('state=acknowledged,inProgress'), ['wo-al-k1-A-1', 'wo-al-k1-B-1']);
  assert.deepEqual(await found('externalId=al-k1-A-1'), ['wo-al-k1-A-1']);
  assert.deepEqual(await found('id=wo-al-k1-A-1&state=held'), []);
  assert.deepEqual(await found('relatedParty.id=k1-B'), ['wo-al-k1-B-1']);
  assert.deepEqual(await found('relatedEntity.id=k1-B&state=inProgress'), ['wo-al-k1-B-1']);
  assert.deepEqual(await found('workOrderItem.state=inProgress'), ['wo-al-k1-B-1']);
  assert.deepEqual(await found('state=nonsense'), []);
  assert.deepEqual(await found('colour=red'), []);
});

test('fields= answers what was asked for and the identity, nested and with filters', async (t) => {
  const { app } = await appWith(t, 'A');
  const one = await app.inject(`${orderOf('A')}?fields=state`);
  assert.deepEqual(Object.keys(one.json<object>()).sort(), ['@baseType', '@type', 'href', 'id', 'state']);
  const [first] = (await app.inject(`${LIST}?fields=workOrderItem.state&priority=1`)).json<Record<string, unknown>[]>();
  assert.deepEqual(first?.['workOrderItem'], [{ state: 'acknowledged' }]);
  assert.equal(first['priority'], undefined);
});

test('a patch merges: what it does not name stays, and the version rises', async (t) => {
  const { app } = await appWith(t, 'A');
  const reply = await app.inject({
    method: 'PATCH',
    url: orderOf('A'),
    payload: {
      state: 'inProgress',
      note: { text: 'called back', author: 'Li' },
      relatedParty: [{ id: 'rep-7', role: 'representative', '@referredType': 'Individual' }],
    },
  });
  assert.equal(reply.statusCode, 200);
  const order = reply.json<Record<string, unknown>>();
  assert.equal(order['state'], 'inProgress');
  assert.equal(order['priority'], '1');
  assert.deepEqual(order['note'], { text: 'called back', author: 'Li', date: '2026-10-20T02:00:00.000Z' });
  assert.equal(reply.headers.etag, `"${String(order['version'])}"`);
  const parties = order['relatedParty'];
  assert.ok(Array.isArray(parties) && parties.length === 2);
  assert.deepEqual((await app.inject(orderOf('A'))).json(), order);
});

test('an order read and sent back whole is no change; a server-set attribute is not the client’s', async (t) => {
  const { app } = await appWith(t, 'A');
  const order = (await app.inject(orderOf('A'))).json<Record<string, unknown>>();
  const same = await app.inject({ method: 'PATCH', url: orderOf('A'), payload: order });
  assert.equal(same.statusCode, 200, same.body);
  assert.equal(same.headers.etag, '"1"');
  for (const payload of [{ externalId: 'mine' }, { orderDate: '2020-01-01T00:00:00Z' }, { colour: 'red' }]) {
    const refused = await app.inject({ method: 'PATCH', url: orderOf('A'), payload });
    assert.equal(refused.statusCode, 400);
    assert.equal(refused.json<{ code: string }>().code, 'not_patchable');
  }
});

test('a merge patch may come under its own media type', async (t) => {
  const { app } = await appWith(t, 'A');
  const reply = await app.inject({
    method: 'PATCH',
    url: orderOf('A'),
    headers: { 'content-type': 'application/merge-patch+json' },
    payload: JSON.stringify({ state: 'inProgress' }),
  });
  assert.equal(reply.statusCode, 200);
  assert.equal(reply.json<{ state: string }>().state, 'inProgress');
  const broken = await app.inject({
    method: 'PATCH',
    url: orderOf('A'),
    headers: { 'content-type': 'application/merge-patch+json' },
    payload: '{',
  });
  assert.equal(broken.statusCode, 400);
});

test('malformed patches are 400 with a TM Forum error', async (t) => {
  const { app } = await appWith(t, 'A');
  const item = (name: string, value: unknown): object => ({
    workOrderItem: [{ id: '1', action: 'add', work: { workCharacteristic: [{ name, value }] } }],
  });
  for (const payload of [
    { state: 'done' },
    { priority: 1 },
    { note: [] },
    { note: null },
    item('cause', 'weather'),
    item('offerId', 7),
  ]) {
    const reply = await app.inject({ method: 'PATCH', url: orderOf('A'), payload });
    assert.equal(reply.statusCode, 400, JSON.stringify(payload));
    assert.equal(reply.json<{ status: string }>().status, '400');
  }
});

test('from every state a patch reaches exactly the states of the TMF table, else 409', async (t) => {
  const pathTo: Readonly<Record<string, readonly string[]>> = {
    acknowledged: [],
    rejected: ['rejected'],
    pending: ['inProgress', 'pending'],
    held: ['inProgress', 'held'],
    inProgress: ['inProgress'],
    cancelled: ['cancelled'],
    completed: ['inProgress', 'completed'],
    failed: ['inProgress', 'failed'],
    partial: ['inProgress', 'partial'],
    assessingCancellation: ['assessingCancellation'],
    pendingCancellation: ['assessingCancellation', 'pendingCancellation'],
  };
  const testDesk = createTestDesk();
  const app = await createTestApp(t, testDesk);
  for (const from of tmfStates) {
    for (const to of tmfStates) {
      const subscriber = `${from}-${to}`;
      await open(testDesk, subscriber);
      const url = orderOf(subscriber);
      for (const state of pathTo[from] ?? []) await app.inject({ method: 'PATCH', url, payload: { state } });
      const reply = await app.inject({ method: 'PATCH', url, payload: { state: to } });
      const allowed = from === to || tmfTransitions[from].includes(to);
      assert.equal(reply.statusCode, allowed ? 200 : 409, `${from} to ${to}: ${reply.body}`);
      if (!allowed) assert.equal(reply.json<{ status: string }>().status, '409');
    }
  }
});

test('If-Match guards a change: stale tags are 412, the current one and * pass', async (t) => {
  const { app } = await appWith(t, 'A');
  const patch = (tag: string, priority: string): Promise<LightMyRequestResponse> =>
    app.inject({ method: 'PATCH', url: orderOf('A'), headers: { 'if-match': tag }, payload: { priority } });
  assert.equal((await patch('"2"', '0')).statusCode, 412);
  assert.equal((await patch('W/"1"', '0')).statusCode, 412);
  assert.equal((await patch('"1"', '0')).headers.etag, '"2"');
  assert.equal((await patch('"1"', '3')).statusCode, 412);
  assert.equal((await patch('*', '3')).headers.etag, '"3"');
});

test('what closed an order is told with its cause and offer', async (t) => {
  const { app } = await appWith(t, 'A');
  await app.inject({ method: 'PATCH', url: orderOf('A'), payload: { state: 'inProgress' } });
  const reply = await app.inject({
    method: 'PATCH',
    url: orderOf('A'),
    payload: {
      state: 'completed',
      workOrderItem: [
        {
          id: '1',
          action: 'add',
          work: {
            workCharacteristic: [
              { name: 'cause', value: 'price' },
              { name: 'offerId', value: 'pack-8' },
            ],
          },
        },
      ],
    },
  });
  const order = reply.json<Record<string, unknown>>();
  assert.equal(order['completionDate'], '2026-10-20T02:00:00.000Z');
  const characteristics = characteristicsOf(order);
  assert.equal(characteristics.get('result'), 'won');
  assert.equal(characteristics.get('cause'), 'price');
  assert.equal(characteristics.get('offerId'), 'pack-8');
});

test('operations that are not offered are 405 and say what is', async (t) => {
  const { app } = await appWith(t, 'A');
  const created = await app.inject({ method: 'POST', url: LIST, payload: {} });
  assert.equal(created.statusCode, 405);
  assert.equal(created.headers.allow, 'GET, HEAD');
  const deleted = await app.inject({ method: 'DELETE', url: orderOf('A') });
  assert.equal(deleted.statusCode, 405);
});

test('every answer and event fits the official TMF697 file', { skip: tmfSkip }, async (t) => {
  const fits = createTmfAssertion('workOrder');
  const { app, testDesk } = await appWith(t, 'A', 'B');
  const reach = ['inProgress', 'held', 'inProgress', 'assessingCancellation', 'pendingCancellation', 'cancelled'];
  for (const state of reach) {
    const payload = {
      state,
      note: { text: 'n' },
      relatedParty: [{ id: 'rep', role: 'representative', '@referredType': 'Individual' }],
    };
    const reply = await app.inject({ method: 'PATCH', url: orderOf('A'), payload });
    assert.equal(reply.statusCode, 200);
    fits('WorkOrder', reply.json());
    fits('WorkOrder', (await app.inject(orderOf('A'))).json());
  }
  for (const order of (await app.inject(LIST)).json<unknown[]>()) fits('WorkOrder', order);
  fits('Error', (await app.inject(`${LIST}/nowhere`)).json());
  fits('Error', (await app.inject({ method: 'PATCH', url: orderOf('A'), payload: { state: 'held' } })).json());
  fits('Error', (await app.inject({ method: 'POST', url: LIST, payload: {} })).json());

  const entries = await testDesk.store.readOutbox(100);
  const seen = new Set<string>();
  for (const notice of readableNotices(entries)) {
    const event: unknown = JSON.parse(JSON.stringify(toWorkOrderTmfEvent(notice, createTmfUrls(PUBLIC_BASE_URL))));
    const { eventType } = toWorkOrderTmfEvent(notice, createTmfUrls(PUBLIC_BASE_URL));
    seen.add(eventType);
    fits(eventType, event);
  }
  assert.deepEqual([...seen].sort(), [
    'WorkOrderAttributeValueChangeEvent',
    'WorkOrderCreateEvent',
    'WorkOrderStateChangeEvent',
  ]);
});

async function appWith(
  t: TestContext,
  ...subscribers: readonly string[]
): Promise<{ readonly app: FastifyInstance; readonly testDesk: TestDesk }> {
  const testDesk = createTestDesk();
  for (const subscriber of subscribers) await open(testDesk, subscriber);
  return { app: await createTestApp(t, testDesk), testDesk };
}

async function open(testDesk: TestDesk, subscriber: string): Promise<void> {
  await testDesk.desk.open(sampleAlert({ score: sampleScore({ subscriberId: `k1-${subscriber}` }) }));
}

function idsOf(orders: readonly { readonly id: string }[]): string[] {
  return orders.map(({ id }) => id);
}

function characteristicsOf(order: Record<string, unknown>): Map<string, unknown> {
  const items = order['workOrderItem'];
  assert.ok(Array.isArray(items));
  const [item] = items as readonly { work: { workCharacteristic: { name: string; value: unknown }[] } }[];
  return new Map(item?.work.workCharacteristic.map(({ name, value }) => [name, value]));
}
