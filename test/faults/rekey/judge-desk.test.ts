import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openOrder } from '../../../services/core/work-orders/decide.ts';
import type { WorkOrder } from '../../../services/core/work-orders/work-order.ts';
import { sampleAlert, sampleScore } from '../../support/sample-alert.ts';
import { judgeDesk } from './judge-desk.ts';

const renaming = { newIdOf: (old: string): string => old.replace(/^a-/, 'b-') };

function orderOf(subscriberId: string, episode: number, alertId = `${subscriberId}.${episode}`): WorkOrder {
  return openOrder(sampleAlert({ alertId, episode, score: sampleScore({ subscriberId, episode }) }), 1_000, 2_000)
    .order;
}

const FIRST = [orderOf('a-1', 1), orderOf('a-2', 1)];
const MOVED = FIRST.map((order) => ({ ...order, subscriberId: renaming.newIdOf(order.subscriberId) }));
const ALERTS = ['b-1.1', 'b-2.1', 'b-2.2'];
const END = [...MOVED, orderOf('b-2', 2)];

function verdict(orders: readonly WorkOrder[], worked: readonly string[] = []): ReturnType<typeof judgeDesk> {
  return judgeDesk({ firstOrders: FIRST, orders, worked, alertIds: ALERTS }, renaming);
}

test('a desk with one order for each alert is found in order', () => {
  assert.deepEqual(verdict(END), { lost: 0, doubled: 0, invented: 0, differences: [] });
});

test('an order of an episode without an alert is told as invented', () => {
  assert.equal(verdict([...END, orderOf('b-9', 1)]).invented, 1);
});

test('a second order of an episode under the old name is told as invented', () => {
  const found = verdict([...END, orderOf('a-2', 2)]);
  assert.equal(found.invented, 1);
  assert.match(found.differences.join(), /4 orders for 3 alerts/);
});

test('an order that is lost, or there twice, is told', () => {
  assert.equal(verdict(END.slice(1)).lost, 1);
  assert.equal(verdict([...END, orderOf('b-2', 2, 'b-2.2-again')]).doubled, 1);
});

test('an order from before that has lost what stood in it is told, and one that was worked is not', () => {
  const [first, ...others] = END;
  assert.ok(first);
  const worked = { ...first, state: 'won', version: 3 } as const;
  assert.match(verdict([worked, ...others]).differences.join(), /not what they were: wo-a-1\.1/);
  assert.deepEqual(verdict([worked, ...others], ['b-1#1']).differences, []);
  assert.match(verdict([{ ...first, reasons: [] }, ...others], ['b-1#1']).differences.join(), /not what they were/);
});
