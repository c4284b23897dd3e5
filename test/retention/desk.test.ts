import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accepted } from '../../services/core/outcome.ts';
import { RacedOutError } from '../../services/retention/desk.ts';
import { createOrderExpiry } from '../../services/retention/expire-orders.ts';
import { createMemoryOrderStore } from '../support/memory-order-store.ts';
import { createTestDesk } from '../support/retention-app.ts';
import { sampleAlert, sampleScore } from '../support/sample-alert.ts';

const alert = sampleAlert();
const ORDER_ID = `wo-${alert.alertId}`;
const HOUR_MS = 3_600_000;

test('the due time counts three working days of the desk’s own clock, not of the log', async () => {
  const testDesk = createTestDesk();
  const { desk, store } = testDesk;
  // Friday 15:00 in Shanghai; the score is of another day.
  testDesk.setNow(Date.UTC(2026, 10, 20, 7));
  await desk.open(alert);
  assert.equal((await store.get(ORDER_ID))?.dueAtMs, Date.UTC(2026, 10, 25, 7));
});

test('a change that another one overtook is planned again on the new order', async () => {
  const shared = createMemoryOrderStore();
  const other = createTestDesk(shared).desk;
  let overtaken = false;
  const { desk } = createTestDesk({
    ...shared,
    async update(before, notices) {
      if (!overtaken) {
        overtaken = true;
        await other.change(ORDER_ID, undefined, () => accepted([{ type: 'amend', priority: '0' }]));
      }
      return shared.update(before, notices);
    },
  });
  await desk.open(alert);
  const versions: number[] = [];
  const changed = await desk.change(ORDER_ID, undefined, (order) => {
    versions.push(order.version);
    return accepted([{ type: 'assign', representativeId: 'r' }]);
  });
  assert.ok(changed.ok);
  assert.equal(changed.value.representativeId, 'r');
  assert.equal(changed.value.priority, '0');
  assert.equal(changed.value.version, 3);
  assert.deepEqual(versions, [1, 2]);
});

test('a change that is always overtaken gives up and may be tried later', async () => {
  const store = createMemoryOrderStore();
  const { desk } = createTestDesk({ ...store, update: () => Promise.resolve('conflict') });
  await desk.open(alert);
  await assert.rejects(
    desk.change(ORDER_ID, undefined, () => accepted([{ type: 'start' }])),
    (error) => error instanceof RacedOutError && error.retryable,
  );
});

test('orders expire when their grace has passed in working days, and only then', async () => {
  const testDesk = createTestDesk();
  const { desk, store, calendar, now } = testDesk;
  const friday = Date.UTC(2026, 9, 23, 2);
  testDesk.setNow(friday);
  await desk.open(alert);
  await desk.open(sampleAlert({ score: sampleScore({ subscriberId: 'k1-assessed' }) }));
  await desk.change('wo-al-k1-assessed-1', undefined, () => accepted([{ type: 'ask_cancellation' }]));
  const expire = createOrderExpiry({ store, desk, calendar, graceWorkingDays: 1, now });
  const dueMs = (await store.get(ORDER_ID))?.dueAtMs ?? 0;
  assert.equal(await expire(), 0);
  testDesk.setNow(dueMs + HOUR_MS);
  assert.equal(await store.countOpenDueBefore(now()), 2);
  assert.equal(await expire(), 0);
  testDesk.setNow(calendar.addWorkingDays(dueMs, 1));
  assert.equal(await expire(), 1);
  assert.equal((await store.get(ORDER_ID))?.state, 'expired');
  assert.equal((await store.get('wo-al-k1-assessed-1'))?.state, 'created');
  assert.equal(await expire(), 0);
});

test('orders whose cancellation is being assessed, however many, keep no other one from expiring', async () => {
  const testDesk = createTestDesk();
  const { desk, store, calendar, now } = testDesk;
  for (let i = 0; i < 120; i++) {
    const order = await desk.open(sampleAlert({ score: sampleScore({ subscriberId: `k1-assessed${i}` }) }));
    assert.equal(order, 'created');
    await desk.change(`wo-al-k1-assessed${i}-1`, undefined, () => accepted([{ type: 'ask_cancellation' }]));
  }
  testDesk.setNow(now() + HOUR_MS);
  await desk.open(alert);
  const expire = createOrderExpiry({ store, desk, calendar, graceWorkingDays: 1, now });
  testDesk.setNow(calendar.addWorkingDays((await store.get(ORDER_ID))?.dueAtMs ?? 0, 1));
  assert.equal(await expire(), 1);
  assert.equal((await store.get(ORDER_ID))?.state, 'expired');
});
