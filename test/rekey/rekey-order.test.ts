import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openOrder } from '../../services/core/work-orders/decide.ts';
import { formatStoredOrder, parseStoredOrder } from '../../services/retention/redis/order-json.ts';
import { rekeyOrder } from '../../services/rekey/rekey-order.ts';
import { sampleAlert, sampleScore } from '../support/sample-alert.ts';

const order = openOrder(sampleAlert({ score: sampleScore({ subscriberId: 'a-one' }) }), 1_000, 2_000).order;

test('an order keeps its id, its alert and its vector, and is of the customer under the new name', () => {
  const moved = rekeyOrder(formatStoredOrder(order), (id) => (id === 'a-one' ? 'b-one' : undefined));
  assert.deepEqual(parseStoredOrder(moved.text), { ...order, subscriberId: 'b-one' });
  assert.equal(moved.text, formatStoredOrder({ ...order, subscriberId: 'b-one' }));
  assert.equal(moved.episode, order.episode);
});

test('an order of somebody who is not on the list stays as it is', () => {
  assert.equal(rekeyOrder(formatStoredOrder(order), () => undefined).text, formatStoredOrder(order));
});

test('what is no order is not taken for one', () => {
  assert.throws(() => rekeyOrder('{"subscriberId":7,"episode":1}', () => undefined), TypeError);
  assert.throws(() => rekeyOrder('null', () => undefined), TypeError);
  assert.throws(() => rekeyOrder('', () => undefined), SyntaxError);
});
