import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareWithStates } from '../../../models/pipeline/compare-with-states.ts';
import { FEATURE_NAMES } from '../../../services/core/features/registry.ts';
import { buildVector } from '../../../services/core/features/vector.ts';
import { encodeSubscriber } from '../../../services/core/subscriber/subscriber-codec.ts';
import { newSubscriber } from '../../../services/core/subscriber/subscriber-state.ts';
import { createCivilCalendar } from '../../../services/core/time/civil-calendar.ts';

const calendar = createCivilCalendar('UTC');
const seenAtMs = Date.parse('2026-03-01T10:00:00Z');
const vectorAsOfMs = Date.parse('2026-03-05T10:00:00Z');
const state = newSubscriber(seenAtMs);
const stored = Uint8Array.from(encodeSubscriber(state));
const vector = buildVector(state, vectorAsOfMs, calendar);
const exported = { subscriberId: 's', vectorAsOfMs, vector };

test('a vector that the stored state gives again is equal, unknown values included', () => {
  assert.ok(vector.some(Number.isNaN));
  assert.deepEqual(compareWithStates([exported], [stored], calendar), {
    equal: 1,
    later: 0,
    differing: 0,
    differences: [],
  });
});

test('one bit of one feature is a difference, told by name', () => {
  const other = vector.slice();
  const index = vector.findIndex((value) => value > 0);
  const bits = new Uint32Array(other.buffer);
  bits[index] = (bits[index] ?? 0) ^ 1;
  const { equal, differing, differences } = compareWithStates([{ ...exported, vector: other }], [stored], calendar);
  assert.deepEqual({ equal, differing }, { equal: 0, differing: 1 });
  assert.match(differences[0] ?? '', new RegExp(`^s: ${FEATURE_NAMES[index] ?? ''} is `));
});

test('a subscriber without a state is a difference; one with later events cannot be compared', () => {
  const before = { ...exported, vectorAsOfMs: seenAtMs - 1 };
  const { equal, later, differing, differences } = compareWithStates([exported, before], [undefined, stored], calendar);
  assert.deepEqual(
    { equal, later, differing, differences },
    {
      equal: 0,
      later: 1,
      differing: 1,
      differences: ['s: no state'],
    },
  );
});
