import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSubscriberStates } from '../../../models/export/subscriber-states.ts';
import { foldEvent } from '../../../services/core/subscriber/fold-event.ts';
import { newSubscriber } from '../../../services/core/subscriber/subscriber-state.ts';
import type { SubscriberState } from '../../../services/core/subscriber/subscriber-state.ts';
import { createCivilCalendar } from '../../../services/core/time/civil-calendar.ts';
import { arbitraryBody } from '../../support/arbitrary-events.ts';
import { sampleEvent } from '../../support/sample-events.ts';
import { day } from './memory-source.ts';

const calendar = createCivilCalendar('Asia/Shanghai');
const steps = fc.array(fc.record({ subscriberId: fc.nat(12).map((n) => `s${n}`), bodyAt: arbitraryBody() }), {
  minLength: 1,
  maxLength: 80,
});

test('whoever waits as bytes comes back as they were, however few are at hand', () => {
  fc.assert(
    fc.property(steps, fc.constantFrom(1, 2, 5, 1_000), (events, atHand) => {
      const plain = new Map<string, SubscriberState>();
      const states = createSubscriberStates(atHand);
      events.forEach(({ subscriberId, bodyAt }, i) => {
        const atMs = day(i / 8);
        const event = sampleEvent(bodyAt(atMs, day(0)), atMs, { subscriberId, eventId: `e${i}` });
        for (const held of [plain.get(subscriberId), states.get(subscriberId)]) {
          const state = held ?? newSubscriber(atMs);
          foldEvent(state, event, { calendar, acceptedFromMs: atMs });
          if (held !== undefined) continue;
          if (plain.has(subscriberId)) states.add(subscriberId, state);
          else plain.set(subscriberId, state);
        }
      });
      assert.deepEqual(new Map([...states.all()].sort(byId)), new Map([...plain].sort(byId)));
    }),
    { numRuns: 60 },
  );
});

function byId([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
