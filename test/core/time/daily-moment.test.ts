import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  SLOTS_PER_DAY,
  SLOT_MS,
  dailySlotOf,
  momentOfSlotMs,
  slotReachedBy,
} from '../../../services/core/time/daily-moment.ts';

test('a day has 288 slots of five minutes', () => {
  assert.equal(SLOTS_PER_DAY * SLOT_MS, 86_400_000);
  assert.equal(SLOT_MS, 300_000);
});

test('a slot is reached at its moment and not a millisecond before', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000, max: 1e7 }), (slot) => {
      const momentMs = momentOfSlotMs(slot);
      assert.equal(slotReachedBy(momentMs), slot);
      assert.equal(slotReachedBy(momentMs - 1), slot - 1);
      assert.equal(slotReachedBy(momentMs + SLOT_MS - 1), slot);
    }),
  );
});

test('each subscriber has one slot of the day, and it never changes', () => {
  assert.equal(dailySlotOf('k1-subscriberA'), 197);
  fc.assert(
    fc.property(fc.string(), (subscriberId) => {
      const slot = dailySlotOf(subscriberId);
      assert.ok(Number.isInteger(slot) && slot >= 0 && slot < SLOTS_PER_DAY);
      assert.equal(dailySlotOf(subscriberId), slot);
    }),
  );
});

test('in any 24 hours of slots each slot of the day comes once', () => {
  fc.assert(
    fc.property(fc.nat(1e7), (first) => {
      const slots = Array.from({ length: SLOTS_PER_DAY }, (_, i) => (first + i) % SLOTS_PER_DAY);
      assert.equal(new Set(slots).size, SLOTS_PER_DAY);
    }),
    { numRuns: 20 },
  );
});
