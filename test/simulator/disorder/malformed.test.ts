import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLogRecord, encodeLogRecord } from '../../../services/contracts/log-record.ts';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import type { SubscriberEvent } from '../../../services/core/events/subscriber-event.ts';
import { FLAWS, malformedCopy } from '../../../services/simulator/disorder/malformed.ts';
import { emptyFlawCounts, encodeRecords } from '../../../services/simulator/encode-records.ts';
import { openRandom } from '../../../services/simulator/random/random.ts';
import { smallSimulation } from '../small-simulation.ts';

const records = [...smallSimulation({ subscribers: 40, days: 4 }).records()];
const events = records.filter((record): record is SubscriberEvent => !isPartitionMark(record));

test('truncated, noisy and empty copies cannot be decoded', () => {
  for (const [place, event] of events.slice(0, 400).entries()) {
    for (const flaw of ['truncated', 'noise', 'empty'] as const) {
      const { value } = malformedCopy(openRandom(place), flaw, event, encodeLogRecord);
      assert.equal(decodeLogRecord(value).ok, false, `${flaw} ${event.eventId}`);
    }
  }
});

test('other copies decode and contradict themselves', () => {
  const [event] = events;
  assert.ok(event !== undefined);
  for (const flaw of ['wrong_key', 'no_event_id', 'far_future'] as const) {
    const { key, value } = malformedCopy(openRandom(1), flaw, event, encodeLogRecord);
    const decoded = decodeLogRecord(value);
    assert.ok(decoded.ok);
    const isAbsurd =
      decoded.value.subscriberId !== key || decoded.value.eventId === '' || decoded.value.occurredAtMs > 9e12;
    assert.ok(isAbsurd, flaw);
  }
});

test('malformed copies are added to a stream that is otherwise complete, and each is counted by its flaw', () => {
  const flaws = emptyFlawCounts();
  const encoded = [...encodeRecords(records, { seed: 3, malformedShare: 0.1, encode: encodeLogRecord }, flaws)];
  const whole = encoded.filter(({ kind }) => kind !== 'malformed');
  assert.deepEqual(
    whole.map(({ value }) => Buffer.from(value).toString('hex')),
    records.map((record) => Buffer.from(encodeLogRecord(record)).toString('hex')),
  );
  const malformed = encoded.length - whole.length;
  assert.ok(Math.abs(malformed / events.length - 0.1) < 0.03);
  assert.equal(
    FLAWS.reduce((sum, flaw) => sum + flaws[flaw], 0),
    malformed,
  );
  for (const flaw of FLAWS) assert.ok(flaws[flaw] > 0, flaw);
});

test('events go by their subscriber, marks by their feed', () => {
  for (const { kind, key, value } of encodeRecords(records, { seed: 3, malformedShare: 0, encode: encodeLogRecord })) {
    const decoded = decodeLogRecord(value);
    assert.ok(decoded.ok);
    if (kind === 'event') assert.equal(key, decoded.value.subscriberId);
    else assert.match(key, /^(feed|incident):/);
  }
});
