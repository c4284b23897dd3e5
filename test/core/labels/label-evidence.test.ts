import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { featureIndex } from '../../../services/core/features/registry.ts';
import { buildVector } from '../../../services/core/features/vector.ts';
import { isOwnActivity } from '../../../services/core/labels/own-activity.ts';
import { statedClosure } from '../../../services/core/labels/stated-closure.ts';
import { foldEvent } from '../../../services/core/subscriber/fold-event.ts';
import { newSubscriber } from '../../../services/core/subscriber/subscriber-state.ts';
import type { SubscriberState } from '../../../services/core/subscriber/subscriber-state.ts';
import { createCivilCalendar } from '../../../services/core/time/civil-calendar.ts';
import type { EventBody } from '../../../services/core/events/subscriber-event.ts';
import { arbitraryBody } from '../../support/arbitrary-events.ts';
import { sampleEvent } from '../../support/sample-events.ts';

const AT_MS = Date.UTC(2026, 1, 10);
const calendar = createCivilCalendar('Asia/Shanghai');

function folded(body: EventBody): SubscriberState {
  const state = newSubscriber(AT_MS);
  foldEvent(state, sampleEvent(body, AT_MS), { calendar, acceptedFromMs: undefined });
  return state;
}

test('what labels take for own activity is what makes a day active for the features', () => {
  const seen = { own: 0, other: 0 };
  fc.assert(
    fc.property(arbitraryBody(), (bodyAt) => {
      const body = bodyAt(AT_MS, AT_MS);
      const isActive = buildVector(folded(body), AT_MS, calendar)[featureIndex('active_days_7d')] === 1;
      assert.equal(isOwnActivity(body), isActive, JSON.stringify(body));
      seen[isActive ? 'own' : 'other']++;
    }),
    { numRuns: 500 },
  );
  assert.ok(seen.own > 50 && seen.other > 50, JSON.stringify(seen));
});

test('what labels take for the end of a subscription is what closes it in the state', () => {
  const seen = new Set<boolean | undefined>();
  fc.assert(
    fc.property(arbitraryBody(), (bodyAt) => {
      const body = bodyAt(AT_MS, AT_MS);
      assert.equal(statedClosure(body), folded(body).closed?.value, JSON.stringify(body));
      seen.add(statedClosure(body));
    }),
    { numRuns: 1_000 },
  );
  assert.deepEqual(seen, new Set([undefined, true, false]));
});
