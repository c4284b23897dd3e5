import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newSubscriber } from '../../services/core/subscriber/subscriber-state.ts';
import { createKnownStates } from '../../services/scorer/known-states.ts';

test('what is asked for stays, what is not goes, and no more are held than the limit says', () => {
  const known = createKnownStates(10);
  const often = newSubscriber(1);
  known.set('often', often);
  for (let i = 0; i < 100; i++) {
    known.set(`once-${i}`, newSubscriber(i));
    known.trim();
    assert.equal(known.get('often'), often);
    assert.ok(known.size() <= 10);
  }
  assert.equal(known.get('once-0'), undefined);
});

test('nothing goes before the states are trimmed, and what is deleted is gone', () => {
  const known = createKnownStates(2);
  for (let i = 0; i < 50; i++) known.set(`${i}`, newSubscriber(i));
  assert.equal(known.size(), 50);
  assert.equal(known.get('0')?.firstSeenAtMs, 0);
  known.delete('0');
  assert.equal(known.get('0'), undefined);
});
