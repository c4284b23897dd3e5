import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../../services/core/outcome.ts';
import { decide, openOrder } from '../../services/core/work-orders/decide.ts';
import type { WorkOrderCommand } from '../../services/core/work-orders/decide.ts';
import { noticeOf, noticesOf } from '../../services/core/work-orders/order-notice.ts';
import type { OrderNotice } from '../../services/core/work-orders/order-notice.ts';
import type { WorkOrder } from '../../services/core/work-orders/work-order.ts';
import type { OrderStore } from '../../services/retention/order-store.ts';
import { sampleAlert, sampleScore } from '../support/sample-alert.ts';
import { readableNotices } from '../support/readable-notices.ts';

/** What every order store promises. `open` gives an empty one. */
export function orderStoreContract(name: string, open: () => Promise<OrderStore>): void {
  test(`${name}: a created order is read back as it was`, async () => {
    const store = await open();
    const { order, notice } = opened('A', 1, 1000);
    assert.equal(await store.create(order, notice), 'created');
    assert.deepEqual(plain(await store.get(order.id)), plain(order));
    assert.equal(await store.get('wo-unknown'), undefined);
  });

  test(`${name}: creating again for the same alert changes nothing and tells nobody`, async () => {
    const store = await open();
    const first = opened('A', 1, 1000);
    const again = opened('A', 1, 2000);
    await store.create(first.order, first.notice);
    assert.equal(await store.create(again.order, again.notice), 'exists');
    assert.equal((await store.get(first.order.id))?.createdAtMs, 1000);
    assert.equal(await store.outboxLength(), 1);
  });

  test(`${name}: an episode has one order even under another alert id`, async () => {
    const store = await open();
    const first = opened('A', 1, 1000);
    const other = opened('A', 1, 2000, 'al-of-another-scheme');
    await store.create(first.order, first.notice);
    assert.equal(await store.create(other.order, other.notice), 'exists');
    assert.equal((await store.list({ offset: 0, limit: 10 })).total, 1);
    const next = opened('A', 2, 3000);
    assert.equal(await store.create(next.order, next.notice), 'created');
  });

  test(`${name}: an update needs the version it was planned on`, async () => {
    const store = await open();
    const { order, notice } = opened('A', 1, 1000);
    await store.create(order, notice);
    const started = change(order, [{ type: 'start' }]);
    assert.equal(await store.update(order, started), 'updated');
    assert.equal(await store.update(order, started), 'conflict');
    assert.equal((await store.get(order.id))?.state, 'in_progress');
    assert.equal(await store.outboxLength(), 2);
    const absent = opened('B', 1, 1000).order;
    assert.equal(await store.update(absent, change(absent, [{ type: 'start' }])), 'conflict');
    assert.equal(await store.get(absent.id), undefined);
  });

  test(`${name}: an update without a step changes nothing`, async () => {
    const store = await open();
    const { order, notice } = opened('A', 1, 1000);
    await store.create(order, notice);
    assert.equal(await store.update(order, []), 'updated');
    assert.equal(await store.outboxLength(), 1);
  });

  test(`${name}: lists oldest first, in pages, by state and by subscriber`, async () => {
    const store = await open();
    const orders = [];
    for (const [subscriber, episode, atMs] of [
      ['B', 1, 3000],
      ['A', 1, 1000],
      ['A', 2, 2000],
    ] as const) {
      const { order, notice } = opened(subscriber, episode, atMs);
      orders.push(order);
      await store.create(order, notice);
    }
    const [ofB] = orders;
    assert.ok(ofB);
    await store.update(ofB, change(ofB, [{ type: 'start' }, { type: 'snooze', hold: 'held' }]));

    const idsOf = async (query: Parameters<OrderStore['list']>[0]): Promise<readonly [number, ...string[]]> => {
      const page = await store.list(query);
      return [page.total, ...page.orders.map(({ subscriberId, episode }) => `${subscriberId}/${episode}`)];
    };
    assert.deepEqual(await idsOf({ offset: 0, limit: 10 }), [3, 'k1-A/1', 'k1-A/2', 'k1-B/1']);
    assert.deepEqual(await idsOf({ offset: 1, limit: 1 }), [3, 'k1-A/2']);
    assert.deepEqual(await idsOf({ offset: 3, limit: 5 }), [3]);
    assert.deepEqual(await idsOf({ offset: 0, limit: 0 }), [3]);
    assert.deepEqual(await idsOf({ tmfState: 'acknowledged', offset: 0, limit: 10 }), [2, 'k1-A/1', 'k1-A/2']);
    assert.deepEqual(await idsOf({ tmfState: 'held', offset: 0, limit: 10 }), [1, 'k1-B/1']);
    assert.deepEqual(await idsOf({ tmfState: 'inProgress', offset: 0, limit: 10 }), [0]);
    assert.deepEqual(await idsOf({ subscriberId: 'k1-A', offset: 0, limit: 10 }), [2, 'k1-A/1', 'k1-A/2']);
    assert.deepEqual(await idsOf({ subscriberId: 'k1-B', tmfState: 'held', offset: 0, limit: 1 }), [1, 'k1-B/1']);
    assert.deepEqual(await idsOf({ subscriberId: 'k1-A', tmfState: 'held', offset: 0, limit: 1 }), [0]);
  });

  test(`${name}: knows which open orders are overdue, and forgets closed ones`, async () => {
    const store = await open();
    const early = opened('A', 1, 1000);
    const late = opened('B', 1, 5000);
    await store.create(late.order, late.notice);
    await store.create(early.order, early.notice);
    const overdue = async (atMs: number): Promise<string[]> =>
      (await store.openDueBefore(atMs, { offset: 0, limit: 10 })).map(({ subscriberId }) => subscriberId);
    assert.deepEqual(await overdue(early.order.dueAtMs), []);
    assert.deepEqual(await overdue(early.order.dueAtMs + 1), ['k1-A']);
    assert.deepEqual(await overdue(late.order.dueAtMs + 1), ['k1-A', 'k1-B']);
    assert.equal(await store.countOpenDueBefore(late.order.dueAtMs + 1), 2);
    const rest = await store.openDueBefore(late.order.dueAtMs + 1, { offset: 1, limit: 10 });
    assert.deepEqual(
      rest.map(({ subscriberId }) => subscriberId),
      ['k1-B'],
    );
    await store.update(early.order, change(early.order, [{ type: 'cancel' }]));
    assert.deepEqual(await overdue(late.order.dueAtMs + 1), ['k1-B']);
    assert.equal(await store.countOpenDueBefore(late.order.dueAtMs + 1), 1);
  });

  test(`${name}: an entry set aside leaves the outbox, once, and the others stay`, async () => {
    const store = await open();
    const { order, notice } = opened('A', 1, 1000);
    await store.create(order, notice);
    await store.update(order, change(order, [{ type: 'start' }]));
    const [first, second] = await store.readOutbox(10);
    assert.ok(first !== undefined && second !== undefined);
    await store.parkOutboxEntry(first.entryId);
    await store.parkOutboxEntry(first.entryId);
    assert.deepEqual(await store.readOutbox(10), [second]);
    assert.equal(await store.outboxLength(), 1);
  });

  test(`${name}: the outbox gives notices in the order of the changes until they are trimmed`, async () => {
    const store = await open();
    const { order, notice } = opened('A', 1, 1000);
    await store.create(order, notice);
    await store.update(order, change(order, [{ type: 'start' }, { type: 'close', result: 'won' }]));
    const entries = await store.readOutbox(10);
    assert.deepEqual(
      readableNotices(entries).map((entry) => [entry.eventId, entry.type, entry.order.state]),
      [
        [`${order.id}-v1`, 'created', 'created'],
        [`${order.id}-v2`, 'state_changed', 'in_progress'],
        [`${order.id}-v3`, 'state_changed', 'won'],
      ],
    );
    assert.deepEqual(plain(readableNotices(entries)[0]?.order), plain(order));
    assert.deepEqual(await store.readOutbox(1), entries.slice(0, 1));
    const firstTwo = entries.slice(0, 2).map(({ entryId }) => entryId);
    await store.trimOutbox(firstTwo);
    await store.trimOutbox(firstTwo);
    await store.trimOutbox([]);
    assert.deepEqual(await store.readOutbox(10), entries.slice(2));
  });

  test(`${name}: of many changes raced on one version exactly one is kept`, async () => {
    const store = await open();
    const { order, notice } = opened('A', 1, 1000);
    await store.create(order, notice);
    const raced = ['r1', 'r2', 'r3', 'r4'].map((representativeId) =>
      store.update(order, change(order, [{ type: 'assign', representativeId }])),
    );
    const results = await Promise.all(raced);
    assert.equal(results.filter((result) => result === 'updated').length, 1);
    assert.equal(await store.outboxLength(), 2);
  });
}

function opened(
  subscriber: string,
  episode: number,
  atMs: number,
  alertId?: string,
): { readonly order: WorkOrder; readonly notice: OrderNotice } {
  const score = sampleScore({ subscriberId: `k1-${subscriber}`, episode });
  const step = openOrder(
    sampleAlert({ score, ...(alertId === undefined ? {} : { alertId }) }),
    atMs,
    atMs + 86_400_000,
  );
  return { order: step.order, notice: noticeOf(undefined, step) };
}

function change(order: WorkOrder, commands: readonly WorkOrderCommand[]): readonly OrderNotice[] {
  return noticesOf(order, valueOf(decide(order, commands, order.createdAtMs + 60_000)));
}

function valueOf<T>(outcome: Outcome<T, string>): T {
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.detail);
  return outcome.value;
}

/** As JSON has it: a property that is undefined and one that is absent are the same. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
