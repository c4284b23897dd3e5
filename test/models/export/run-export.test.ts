import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { runExport } from '../../../models/export/run-export.ts';
import type { TrainingExport } from '../../../models/export/run-export.ts';
import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { arbitraryBody } from '../../support/arbitrary-events.ts';
import { sampleCall, sampleEvent, sampleProgress } from '../../support/sample-events.ts';
import { knownAtOnce, day, memorySource, samplePlan } from './memory-source.ts';
import type { Known } from './memory-source.ts';

/** A call of each on each of the days, and the feed's progress at the end of each day until the last. */
function callsOn(callsOf: Readonly<Record<string, readonly number[]>>, lastDay: number): LogRecord[] {
  const records: LogRecord[] = [];
  for (let at = 0; at <= lastDay; at++) {
    for (const [subscriberId, days] of Object.entries(callsOf)) {
      const eventId = `${subscriberId}-${at}`;
      if (days.includes(at)) records.push(sampleEvent(sampleCall(), day(at + 0.5), { subscriberId, eventId }));
    }
    records.push(sampleProgress('voice', day(at + 1)));
  }
  return records;
}

const EARLY = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

function rowsOf({ rows }: TrainingExport): readonly (readonly [string, number])[] {
  return rows.map(({ subscriberId, label }) => [subscriberId, label]);
}

test('everybody who can be scored at the as-of has a row with what came after', async () => {
  const log = callsOn({ stays: [...EARLY, 16], leaves: EARLY, newcomer: [14] }, 20);
  const made = await runExport(samplePlan(), memorySource(knownAtOnce(log)));
  assert.deepEqual(rowsOf(made), [
    ['leaves', 1],
    ['stays', 0],
  ]);
});

test('a row is exported only when event time has passed its label window', async () => {
  const early = await runExport(samplePlan(), memorySource(knownAtOnce(callsOn({ stays: EARLY }, 15))));
  assert.deepEqual(rowsOf(early), []);
  assert.deepEqual(early.counts.leftOut, new Map([['immature', 1]]));
  const late = await runExport(samplePlan(), memorySource(knownAtOnce(callsOn({ stays: EARLY }, 16))));
  assert.deepEqual(rowsOf(late), [['stays', 1]]);
});

test('what comes too late for any vector still is what happened in the window', async () => {
  const straggler = sampleEvent(sampleCall(), day(12), { subscriberId: 'stays' });
  const log = [...callsOn({ stays: EARLY }, 20), straggler];
  const made = await runExport(samplePlan(), memorySource(knownAtOnce(log)));
  assert.equal(made.counts.late, 1);
  assert.deepEqual(rowsOf(made), [['stays', 0]]);
});

test('who had left before the as-of has no row', async () => {
  const gone = sampleEvent({ type: 'deactivation', reason: 'voluntary', channel: 'web' }, day(9.6), {
    subscriberId: 'b',
  });
  const log = callsOn({ a: EARLY, b: EARLY }, 20);
  const at = log.findIndex(({ occurredAtMs }) => occurredAtMs > day(9.6));
  const made = await runExport(samplePlan(), memorySource(knownAtOnce(log.toSpliced(at, 0, gone))));
  assert.deepEqual(rowsOf(made), [['a', 1]]);
});

test('an event ahead of the watermark is in the vector, and the window begins after it', async () => {
  const log = callsOn({ a: EARLY }, 20);
  const ahead = sampleEvent(sampleCall(), day(10.2), { subscriberId: 'a' });
  const at = log.findIndex(({ occurredAtMs }) => occurredAtMs === day(10));
  const made = await runExport(samplePlan(), memorySource(knownAtOnce(log.toSpliced(at, 0, ahead))));
  assert.deepEqual(
    made.rows.map(({ asOfMs, vectorAsOfMs, label }) => [asOfMs, vectorAsOfMs, label]),
    [[day(10), day(10.2), 1]],
  );
});

test('without marks, the event that brings event time past the as-of belongs to the window', async () => {
  const events = callsOn({ a: [...EARLY, 12], b: [...EARLY, 20] }, 20).filter(
    ({ subscriberId }) => subscriberId !== '',
  );
  const made = await runExport(samplePlan(), memorySource(knownAtOnce(events)));
  assert.deepEqual(rowsOf(made), [
    ['a', 0],
    ['b', 1],
  ]);
});

test('a table labels the subscribers that it names', async () => {
  const table = new Map([
    ['a', { label: 1 as const, maturedAtMs: day(40) }],
    ['b', { label: 0 as const, maturedAtMs: day(40) }],
    ['c', { label: 1 as const, maturedAtMs: day(9) }],
  ]);
  const log = memorySource(knownAtOnce(callsOn({ a: EARLY, b: EARLY, c: EARLY, d: EARLY }, 11)));
  const made = await runExport(samplePlan({ labels: { type: 'table', table } }), log);
  assert.deepEqual(rowsOf(made), [
    ['a', 1],
    ['b', 0],
  ]);
  assert.deepEqual(
    made.counts.leftOut,
    new Map([
      ['known_before', 1],
      ['not_in_table', 1],
    ]),
  );
  const before = await runExport(samplePlan({ labels: { type: 'table', table }, knownThroughMs: day(39) }), log);
  assert.deepEqual(rowsOf(before), []);
});

test('however the subscribers lie in partitions, the file is the same', async () => {
  const plan = samplePlan();
  const all = callsOn({ a: [...EARLY, 14], b: EARLY, c: [0, 5, 12] }, 20);
  const of = (ids: readonly string[]): Known[] =>
    knownAtOnce(all.filter(({ subscriberId }) => subscriberId === '' || ids.includes(subscriberId)));
  const together = (await runExport(plan, memorySource(of(['a', 'b', 'c'])))).encode();
  const apart = (await runExport(plan, memorySource(of(['c']), of(['b', 'a'])))).encode();
  assert.equal(hash('sha256', apart), hash('sha256', together));
});

test('over any log, a backfill that is known after the cut-off does not change one byte of the file', async () => {
  const CUT_MS = day(30);
  const backfill = fc.array(
    fc.record({
      subscriberId: fc.constantFrom('a', 'b', 'never seen before'),
      bodyAt: arbitraryBody(),
      days: fc.double({ min: 0, max: 25, noNaN: true }),
      at: fc.nat(),
      isMark: fc.boolean(),
    }),
    { minLength: 1, maxLength: 20 },
  );
  let changed = 0;
  await fc.assert(
    fc.asyncProperty(backfill, fc.boolean(), async (items, isAppended) => {
      const before = knownAtOnce(callsOn({ a: [...EARLY, 13], b: EARLY }, 20));
      const after = [...before];
      for (const { subscriberId, bodyAt, days, at, isMark } of items) {
        const atMs = Math.floor(day(days));
        const record = isMark
          ? sampleProgress('voice', atMs)
          : sampleEvent(bodyAt(atMs, day(0)), atMs, { subscriberId });
        after.splice(isAppended ? after.length : at % after.length, 0, { record, knownAtMs: CUT_MS + 1 });
      }
      const plan = samplePlan({ knownThroughMs: CUT_MS });
      const [first, second] = [await runExport(plan, memorySource(before)), await runExport(plan, memorySource(after))];
      assert.equal(first.rows.length, 2);
      assert.equal(second.counts.knownLater, items.length);
      assert.equal(hash('sha256', second.encode()), hash('sha256', first.encode()));
      const uncut = await runExport(samplePlan({ knownThroughMs: CUT_MS + 1 }), memorySource(after));
      if (JSON.stringify(rowsOf(uncut)) !== JSON.stringify(rowsOf(first))) changed++;
    }),
    { numRuns: 25 },
  );
  assert.ok(changed > 0, 'no backfill would have changed anything');
});
