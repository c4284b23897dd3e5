import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import type { SubscriberEvent } from '../../../services/core/events/subscriber-event.ts';
import { FLAWS, malformedLine } from '../../../services/simulator/disorder/malformed.ts';
import { emptyFlawCounts, toLines } from '../../../services/simulator/to-lines.ts';
import { openRandom } from '../../../services/simulator/random/random.ts';
import { smallSimulation } from '../small-simulation.ts';

const records = [...smallSimulation({ subscribers: 40, days: 4 }).records()];
const events = records.filter((record): record is SubscriberEvent => !isPartitionMark(record));

test('truncated and noisy copies are no JSON', () => {
  for (const [place, event] of events.slice(0, 400).entries()) {
    for (const flaw of ['truncated', 'noise'] as const) {
      assert.throws(() => JSON.parse(malformedLine(openRandom(place), flaw, event)) as unknown, SyntaxError);
    }
  }
});

test('other copies are JSON that contradicts the contract', () => {
  const [event] = events;
  assert.ok(event !== undefined);
  for (const flaw of ['no_subscriber', 'no_event_id', 'far_future', 'wrong_type'] as const) {
    assert.notDeepEqual(JSON.parse(malformedLine(openRandom(1), flaw, event)), event);
  }
});

test('malformed copies are added to a stream that is otherwise complete, and each is counted by its flaw', () => {
  const flaws = emptyFlawCounts();
  const lines = [...toLines(records, { seed: 3, malformedShare: 0.1 }, flaws)];
  const whole = new Set(records.map((record) => JSON.stringify(record)));
  assert.deepEqual(
    lines.filter((line) => whole.has(line)),
    records.map((record) => JSON.stringify(record)),
  );
  const malformed = lines.length - records.length;
  assert.ok(Math.abs(malformed / events.length - 0.1) < 0.03);
  assert.equal(
    FLAWS.reduce((sum, flaw) => sum + flaws[flaw], 0),
    malformed,
  );
  for (const flaw of FLAWS) assert.ok(flaws[flaw] > 0, flaw);
});
