import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { encodeLogRecord } from '../../services/contracts/log-record.ts';
import { isPartitionMark } from '../../services/core/events/subscriber-event.ts';
import type { LogRecord } from '../../services/core/events/subscriber-event.ts';
import { validateRecord } from '../../services/core/events/validate-record.ts';
import { DAY_MS, HOUR_MS } from '../../services/simulator/calendar.ts';
import { FEEDS } from '../../services/simulator/feeds.ts';
import type { Simulation } from '../../services/simulator/simulation.ts';
import { pseudonymOf, smallSimulation, START_MS } from './small-simulation.ts';

function digestOf(simulation: Simulation): string {
  const hash = createHash('sha256');
  for (const record of simulation.records()) hash.update(encodeLogRecord(record));
  return hash.digest('hex');
}

const DAYS = 20;
const rawNames: string[] = [];
const simulation = smallSimulation({
  days: DAYS,
  pseudonymOf(raw) {
    rawNames.push(raw);
    return pseudonymOf(raw);
  },
});
const records: readonly LogRecord[] = [...simulation.records()];

test('one seed gives the same bytes every time, another seed others', () => {
  const size = { subscribers: 60, days: 10 };
  const first = smallSimulation(size);
  const digest = digestOf(first);
  assert.equal(digestOf(first), digest);
  assert.equal(digestOf(smallSimulation(size)), digest);
  assert.notEqual(digestOf(smallSimulation({ ...size, seed: 12 })), digest);
});

test('records come in event-time order and inside the period', () => {
  let lastMs = simulation.startMs;
  for (const record of records) {
    assert.ok(record.occurredAtMs >= lastMs, record.eventId);
    lastMs = record.occurredAtMs;
  }
  assert.equal(lastMs, simulation.endMs);
});

test('every record is one that a scorer accepts', () => {
  for (const record of smallSimulation({ subscribers: 1_500, days: 3 }).records()) {
    const outcome = validateRecord(record, { key: record.subscriberId, timestampMs: record.recordedAtMs });
    assert.ok(outcome.ok, outcome.ok ? '' : outcome.detail);
  }
});

test('each event id is unique', () => {
  assert.equal(new Set(records.map(({ eventId }) => eventId)).size, records.length);
});

test('no event of a feed is older than a mark of that feed before it, and all feeds are complete at the end', () => {
  const completeThroughMs = new Map<string, number>();
  for (const record of records) {
    if (record.body.type === 'feed_progress') completeThroughMs.set(record.body.feed, record.body.completeThroughMs);
    else if (!isPartitionMark(record)) {
      assert.ok(record.occurredAtMs >= (completeThroughMs.get(record.feed) ?? -Infinity), record.eventId);
    }
  }
  assert.deepEqual(
    [...completeThroughMs],
    FEEDS.map((feed) => [feed, simulation.endMs]),
  );
});

test('every feed speaks, and marks its progress once an hour', () => {
  for (const feed of FEEDS) {
    assert.ok(
      records.some((record) => record.feed === feed && !isPartitionMark(record)),
      feed,
    );
    const marks = records.filter(({ feed: name, body }) => name === feed && body.type === 'feed_progress');
    assert.equal(marks.length, (DAYS * DAY_MS) / HOUR_MS);
  }
});

test('every subscriber has a profile, most at the very start', () => {
  const profiles = records.filter(({ body }) => body.type === 'profile');
  assert.equal(profiles.length, simulation.subscribers.length);
  const atStart = profiles.filter(({ occurredAtMs }) => occurredAtMs < START_MS + 2 * HOUR_MS);
  assert.ok(atStart.length > 0.85 * profiles.length);
});

test('no raw number or device id is in any encoded record', () => {
  const rawName = /861[3789][069]\d{8}|86852\d{8}|(86012304|86230105|35407811|35929512|86771803)\d{7}/;
  assert.ok(rawNames.length > simulation.subscribers.length);
  for (const raw of rawNames) assert.match(raw, rawName);
  for (const record of records) {
    const text = Buffer.from(encodeLogRecord(record)).toString('latin1');
    assert.ok(!rawName.test(text), record.eventId);
  }
});

test('numbers appear as pseudonyms of the given key', () => {
  for (const record of records) {
    if (isPartitionMark(record)) continue;
    assert.match(record.subscriberId, /^test-[\w-]{22}$/);
    if (record.body.type === 'call') assert.match(record.body.otherParty?.partyId ?? '', /^(test-[\w-]{22})?$/);
  }
});

test('an incident silences its area while it lasts, and is told at both ends', () => {
  const [incident] = simulation.incidents;
  assert.ok(incident !== undefined);
  const told = records.filter(({ body }) => body.type === 'network_incident');
  assert.deepEqual(
    told.map(({ occurredAtMs }) => occurredAtMs),
    [incident.startsAtMs, incident.endsAtMs],
  );
  const usesIn = (fromMs: number, toMs: number): number =>
    records.filter(
      ({ body, occurredAtMs }) =>
        body.type === 'call' &&
        body.location?.areaId === incident.areaId &&
        occurredAtMs >= fromMs &&
        occurredAtMs < toMs,
    ).length;
  assert.equal(usesIn(incident.startsAtMs, incident.endsAtMs), 0);
  assert.ok(usesIn(incident.startsAtMs - DAY_MS, incident.endsAtMs - DAY_MS) > 0);
});

test('all types of payment and customer are there', () => {
  const { subscribers } = smallSimulation({ subscribers: 2_000, days: 1 });
  const shareOf = (fits: (subscriber: (typeof subscribers)[number]) => boolean): number =>
    subscribers.filter(fits).length / subscribers.length;
  assert.ok(shareOf(({ plan }) => plan.paymentType === 'prepaid') > 0.4);
  assert.ok(shareOf(({ plan }) => plan.paymentType === 'postpaid') > 0.3);
  assert.ok(shareOf(({ customerType }) => customerType === 'personal') > 0.6);
  for (const type of ['family', 'group', 'government_enterprise']) {
    assert.ok(shareOf(({ customerType }) => customerType === type) > 0.03, type);
  }
});
