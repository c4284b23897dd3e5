import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outOfOrder } from './out-of-order.ts';

const expected = ['a.1', 'a.2', 'b.1', 'a.3', 'b.2'];

test('the order between subscribers is free, and what is missing or unexpected changes none', () => {
  assert.deepEqual(outOfOrder(['b.1', 'b.x', 'a.1', 'b.2', 'a.3'], expected), { subscribers: 2, unordered: [] });
});

test('a subscriber is out of order of whom something earlier is seen after something later', () => {
  assert.deepEqual(outOfOrder(['a.2', 'b.1', 'a.1', 'a.3', 'b.2'], expected), { subscribers: 2, unordered: ['a'] });
  assert.deepEqual(outOfOrder(['a.3', 'a.1', 'a.2', 'b.2', 'b.1'], expected).unordered, ['a', 'b']);
});
