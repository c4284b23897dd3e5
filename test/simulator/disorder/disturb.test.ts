import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { DAY_MS, HOUR_MS } from '../../../services/simulator/calendar.ts';
import { disturb, emptyDisorderCounts } from '../../../services/simulator/disorder/disturb.ts';
import type { DisorderOptions } from '../../../services/simulator/disorder/disturb.ts';
import { FEEDS } from '../../../services/simulator/feeds.ts';
import { smallSimulation, START_MS } from '../small-simulation.ts';

const simulation = smallSimulation({ subscribers: 40, days: 10 });
const clean: readonly LogRecord[] = [...simulation.records()];
const cleanEvents = clean.filter((record) => !isPartitionMark(record));

const calm: DisorderOptions = {
  seed: 1,
  lateShare: 0,
  lateUpToMs: 6 * HOUR_MS,
  shuffledShare: 0,
  shuffledWithinMs: HOUR_MS,
  duplicateShare: 0,
  duplicateUpToMs: 47 * HOUR_MS,
  beyondLimitShare: 0,
  latenessLimitMs: 2 * DAY_MS,
  endMs: simulation.endMs,
};

function deliver(options: Partial<DisorderOptions>): {
  readonly delivered: readonly LogRecord[];
  readonly counts: ReturnType<typeof emptyDisorderCounts>;
} {
  const counts = emptyDisorderCounts();
  return { delivered: [...disturb(clean, { ...calm, ...options }, counts)], counts };
}

/** Events, other than repeated ones, that come after their feed has promised to be complete beyond them. */
function brokenPromises(delivered: readonly LogRecord[]): readonly LogRecord[] {
  const completeThroughMs = new Map<string, number>();
  const seen = new Set<string>();
  return delivered.filter((record) => {
    if (record.body.type === 'feed_progress') completeThroughMs.set(record.body.feed, record.body.completeThroughMs);
    if (isPartitionMark(record) || seen.has(record.eventId)) return false;
    seen.add(record.eventId);
    return record.occurredAtMs < (completeThroughMs.get(record.feed) ?? -Infinity);
  });
}

test('without disorder the stream passes unchanged', () => {
  const { delivered, counts } = deliver({});
  assert.deepEqual(delivered, clean);
  assert.deepEqual(counts, {
    ...emptyDisorderCounts(),
    events: cleanEvents.length,
    marks: clean.length - cleanEvents.length,
  });
});

test('whatever the disorder, nothing is lost, all is counted, and progress is honest', () => {
  const share = fc.double({ min: 0, max: 0.3, noNaN: true });
  const outage = fc.record({
    feed: fc.constantFrom('voice', 'data', 'account'),
    fromMs: fc.integer({ min: 0, max: 8 }).map((day) => START_MS + day * DAY_MS + 5 * HOUR_MS),
    hours: fc.integer({ min: 1, max: 30 }),
  });
  fc.assert(
    fc.property(
      fc.nat(),
      share,
      share,
      share,
      fc.integer({ min: 0, max: 30 }),
      fc.option(outage),
      (seed, lateShare, shuffledShare, duplicateShare, lateHours, cut) => {
        const { delivered, counts } = deliver({
          seed,
          lateShare,
          shuffledShare,
          duplicateShare,
          lateUpToMs: lateHours * HOUR_MS,
          ...(cut === null
            ? {}
            : { outage: { feed: cut.feed, fromMs: cut.fromMs, toMs: cut.fromMs + cut.hours * HOUR_MS } }),
        });
        assert.deepEqual(brokenPromises(delivered), []);
        assert.equal(delivered.length, counts.events + counts.duplicates + counts.marks);
        assert.equal(counts.events, cleanEvents.length);
        const ids = new Set(delivered.map(({ eventId }) => eventId));
        assert.equal(ids.size, clean.length);
      },
    ),
    { numRuns: 25 },
  );
});

test('shares are met and repeated deliveries carry the same record', () => {
  const { delivered, counts } = deliver({ lateShare: 0.1, shuffledShare: 0.2, duplicateShare: 0.05 });
  const near = (count: number, share: number): void => {
    assert.ok(Math.abs(count / cleanEvents.length - share) < 0.02, `${count} of ${cleanEvents.length}`);
  };
  near(counts.late, 0.1);
  near(counts.shuffled, 0.2);
  near(counts.duplicates, 0.05);
  const first = new Map<string, LogRecord>();
  let repeated = 0;
  for (const record of delivered) {
    const before = first.get(record.eventId);
    if (before === undefined) first.set(record.eventId, record);
    else {
      assert.equal(record, before);
      repeated += 1;
    }
  }
  assert.equal(repeated, counts.duplicates);
});

test('shuffled events come later than their neighbours, by no more than the bound', () => {
  const { delivered } = deliver({ shuffledShare: 0.5 });
  let latestMs = 0;
  let outOfOrder = 0;
  for (const record of delivered) {
    if (isPartitionMark(record)) continue;
    if (record.occurredAtMs < latestMs) outOfOrder += 1;
    assert.ok(record.occurredAtMs > latestMs - HOUR_MS);
    latestMs = Math.max(latestMs, record.occurredAtMs);
  }
  assert.ok(outOfOrder > 0);
});

test('events beyond the limit are late against the progress of every feed, by more than the limit', () => {
  const { delivered, counts } = deliver({ beyondLimitShare: 0.05, lateShare: 0.05 });
  const progressMs = new Map<string, number>(FEEDS.map((feed) => [feed, simulation.startMs]));
  const beyond = delivered.filter((record) => {
    if (record.body.type === 'feed_progress') progressMs.set(record.body.feed, record.body.completeThroughMs);
    const acceptedFromMs = Math.min(...progressMs.values()) - calm.latenessLimitMs;
    return !isPartitionMark(record) && record.occurredAtMs < acceptedFromMs;
  });
  assert.ok(counts.lateBeyondLimit > 0);
  assert.equal(beyond.length, counts.lateBeyondLimit);
});

test('in an outage the feed writes neither events nor progress, then everything it owes', () => {
  const outage = { feed: 'voice', fromMs: START_MS + 4 * DAY_MS, toMs: START_MS + 4 * DAY_MS + 9 * HOUR_MS };
  const { delivered, counts } = deliver({ outage });
  const firstOfOthers = delivered.findIndex(
    ({ feed, occurredAtMs }) => feed !== 'voice' && occurredAtMs >= outage.fromMs,
  );
  const firstAfter = delivered.findIndex(({ feed, occurredAtMs }) => feed !== 'voice' && occurredAtMs > outage.toMs);
  const during = delivered.slice(firstOfOthers, firstAfter);
  const isOwed = ({ feed, occurredAtMs }: LogRecord): boolean =>
    feed === 'voice' && occurredAtMs >= outage.fromMs && occurredAtMs < outage.toMs;
  const owed = clean.filter(isOwed);
  assert.ok(owed.length > 9);
  assert.equal(counts.heldByOutage, owed.length);
  const caughtUp = during.findIndex(isOwed);
  assert.ok(during.slice(0, caughtUp).every(({ occurredAtMs }) => occurredAtMs <= outage.toMs));
  assert.ok(during.slice(0, caughtUp).some(({ feed, body }) => feed === 'data' && body.type === 'feed_progress'));
  assert.deepEqual(delivered.filter(isOwed), owed);
});
