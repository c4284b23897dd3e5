import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { followPartition } from '../../../models/export/follow-partition.ts';
import { createSubscriberStates } from '../../../models/export/subscriber-states.ts';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { buildVector } from '../../../services/core/features/vector.ts';
import { dailySlotOf, momentOfSlotMs, SLOTS_PER_DAY, slotReachedBy } from '../../../services/core/time/daily-moment.ts';
import { createCivilCalendar } from '../../../services/core/time/civil-calendar.ts';
import type { InputRecord } from '../../../services/scorer/ports.ts';
import { readRecord } from '../../../services/scorer/read-record.ts';
import { arbitraryBody } from '../../support/arbitrary-events.ts';
import { createFakeModel, scatteredRisk } from '../../support/fake-model.ts';
import { arbitraryInputLog, toInputLog } from '../../support/input-log.ts';
import { createMemoryPartitionStore } from '../../support/memory-partition-store.ts';
import { naivePoints } from '../../support/naive-scorer.ts';
import type { NaivePoint } from '../../support/naive-scorer.ts';
import { runLog } from '../../support/run-worker.ts';
import { sampleEvent, sampleProgress } from '../../support/sample-events.ts';
import { samplePolicy } from '../../support/sample-policy.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 2, 20);
const policy = samplePolicy({
  timeZone: 'Europe/Vilnius',
  time: { requiredFeeds: [], disorderMs: HOUR_MS, latenessLimitMs: 2 * DAY_MS, staleAfterMs: 12 * HOUR_MS },
  scoring: { minimumIntervalMs: HOUR_MS, warmUpDays: 1 },
});
const calendar = createCivilCalendar(policy.timeZone);

type ScoredPoint = Extract<NaivePoint, { type: 'score' }> & { readonly vector: Float32Array };

/** What the partition worker scored: the plain oracle says whom and when, the model remembers the very vectors. */
async function scoresOf(log: readonly InputRecord[]): Promise<ScoredPoint[]> {
  const model = createFakeModel(scatteredRisk);
  await runLog({ store: createMemoryPartitionStore(1), model, policy, commitLimit: 7 }, log);
  const points = naivePoints(log.flatMap(readable), policy).filter((point) => point.type === 'score');
  assert.equal(model.scored.length, points.length);
  return points.map((point, i) => ({ ...point, vector: model.scored[i] ?? new Float32Array() }));
}

function readable(input: InputRecord): LogRecord[] {
  const read = readRecord(input, input.key?.toString() ?? null);
  return read.ok && !read.value.subscriberId.startsWith('stranger') ? [read.value] : [];
}

interface Exported {
  readonly subscriberId: string;
  readonly asOfMs: number;
  readonly vectorAsOfMs: number;
  readonly vector: Float32Array;
}

function exportAt(log: readonly InputRecord[], asOfsMs: readonly number[], atHand: number): Exported[] {
  const exported: Exported[] = [];
  const follower = followPartition({
    policy,
    calendar,
    asOfsMs: [...new Set(asOfsMs)].sort((a, b) => a - b),
    states: createSubscriberStates(atHand),
    onSubject: (subscriberId, asOfMs, vectorAsOfMs, state) => {
      exported.push({ subscriberId, asOfMs, vectorAsOfMs, vector: buildVector(state, vectorAsOfMs, calendar) });
    },
  });
  for (const record of log.flatMap(readable)) follower.take(record);
  return exported;
}

function bitsOf({ subscriberId, vector }: { readonly subscriberId: string; readonly vector: Float32Array }): string {
  return `${subscriberId} ${Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('hex')}`;
}

test('over any disorderly log, the vectors of all daily moments are those that the scorer used, bit for bit', async () => {
  let compared = 0;
  let ahead = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryInputLog(START_MS, 80), fc.constantFrom(2, 1_000), async (log, atHand) => {
      const daily = (await scoresOf(log)).filter(({ cause }) => cause === 'daily');
      const lastMs = Math.max(...log.map(({ timestampMs }) => timestampMs));
      // Every moment of everybody, also those at which the scorer scored nobody.
      const moments: number[] = [];
      for (let slot = slotReachedBy(START_MS - 5 * DAY_MS); momentOfSlotMs(slot) <= lastMs; slot++) {
        if (SLOTS_OF_ALL.has(slot % SLOTS_PER_DAY)) moments.push(momentOfSlotMs(slot));
      }
      const exported = exportAt(log, moments, atHand).filter(
        ({ subscriberId, asOfMs }) => slotReachedBy(asOfMs) % SLOTS_PER_DAY === dailySlotOf(subscriberId),
      );
      const ofScorer = daily.map((point) => `${point.pointId} as of ${point.asOfMs} ${bitsOf(point)}`);
      const ofExport = exported.map((row) => `daily.${row.asOfMs} as of ${row.vectorAsOfMs} ${bitsOf(row)}`);
      assert.deepEqual(ofExport.sort(), ofScorer.sort());
      compared += ofScorer.length;
      ahead += exported.filter(({ asOfMs, vectorAsOfMs }) => vectorAsOfMs > asOfMs).length;
    }),
    { numRuns: 60 },
  );
  assert.ok(compared > 100, `${compared} vectors compared`);
  assert.ok(ahead > 0, 'no event ever came ahead of the watermark');
});

const SLOTS_OF_ALL = new Set(['s1', 's2', 's3', 's4'].map(dailySlotOf));

test('in a log in strict order, so are those of scores that events bring about', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(arbitraryOrderedLog(), async (log) => {
      const scores = await scoresOf(log);
      const exported = exportAt(
        log,
        scores.map(({ asOfMs }) => asOfMs),
        1_000,
      );
      for (const score of scores) {
        if (score.cause === 'daily') continue;
        const row = exported.find(
          ({ subscriberId, asOfMs }) => subscriberId === score.subscriberId && asOfMs === score.asOfMs,
        );
        assert.ok(row, `${score.pointId} was not exported`);
        assert.equal(row.vectorAsOfMs, score.asOfMs);
        assert.equal(bitsOf(row), bitsOf(score));
        compared++;
      }
    }),
    { numRuns: 40 },
  );
  assert.ok(compared > 100, `${compared} vectors compared`);
});

/** Each event later than the one before, and progress told right behind it. */
function arbitraryOrderedLog(): fc.Arbitrary<InputRecord[]> {
  const step = fc.record({
    subscriberId: fc.constantFrom('s1', 's2'),
    bodyAt: arbitraryBody(),
    aheadMs: fc.oneof(fc.integer({ min: 1, max: HOUR_MS }), fc.integer({ min: 1, max: 20 * HOUR_MS })),
  });
  return fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }).map((steps) => {
    let atMs = START_MS;
    return toInputLog(
      steps.flatMap(({ subscriberId, bodyAt, aheadMs }) => {
        atMs += aheadMs;
        return [sampleEvent(bodyAt(atMs, START_MS), atMs, { subscriberId }), sampleProgress('voice', atMs)];
      }),
    );
  });
}

test('nothing after the as-of changes a vector', () => {
  fc.assert(
    fc.property(arbitraryOrderedLog(), fc.nat(), (log, at) => {
      const asOfMs = (log[at % log.length]?.timestampMs ?? 0) - 1;
      const until = log.filter((input) => readable(input).every(({ occurredAtMs }) => occurredAtMs <= asOfMs));
      const end = toInputLog([sampleProgress('voice', asOfMs)]);
      assert.deepEqual(exportAt(log, [asOfMs], 1_000), exportAt([...until, ...end], [asOfMs], 1_000));
    }),
    { numRuns: 60 },
  );
});

test('as-ofs taken together give the vectors of each taken alone', () => {
  fc.assert(
    fc.property(arbitraryInputLog(START_MS, 60), (log) => {
      const asOfsMs = [3, 5, 8].map((days) => START_MS + days * DAY_MS);
      assert.deepEqual(
        exportAt(log, asOfsMs, 1_000),
        asOfsMs.flatMap((asOfMs) => exportAt(log, [asOfMs], 1_000)),
      );
    }),
    { numRuns: 30 },
  );
});

test('an as-of that event time does not pass is told, and so is one at which it only began', () => {
  const log = [sampleProgress('voice', START_MS), sampleProgress('voice', START_MS + DAY_MS)];
  const follower = followPartition({
    policy,
    calendar,
    asOfsMs: [START_MS, START_MS + DAY_MS, START_MS + DAY_MS + 1],
    onSubject: () => undefined,
  });
  for (const record of log) assert.equal(isPartitionMark(record) && follower.take(record), 'mark');
  assert.deepEqual(follower.beforeStart(), [START_MS]);
  assert.deepEqual(follower.notReached(), [START_MS + DAY_MS + 1]);
});
