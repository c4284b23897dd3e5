import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createFileNameTime, fileNameFormatMistake } from '../../../services/intake/progress/file-name-time.ts';
import { CONFIRMING_ROWS, DEFAULT_MAX_STEP_MS } from '../../../services/intake/progress/event-front.ts';
import { MARK_STEP_MS, createProgressTracker } from '../../../services/intake/progress/progress-tracker.ts';
import type { ProgressRule } from '../../../services/intake/progress/progress-tracker.ts';

const BOUND_MS = 600_000;
const times = fc.array(fc.integer({ min: 0, max: 40 * MARK_STEP_MS }), { maxLength: 60 });

/** Rows none of which is older than the bound allows after a newer one. */
function bounded(given: readonly number[], boundMs: number): number[] {
  let newest = -Infinity;
  return given.map((time) => {
    newest = Math.max(newest, time);
    return Math.max(time, newest - boundMs);
  });
}

interface Step {
  readonly rowMs?: number;
  readonly markMs?: number;
}

/** What the log holds: rows and the marks behind them. The tracker is made anew from what was kept, at some places. */
function logOf(rule: ProgressRule, rows: readonly number[], restarts: ReadonlySet<number>): Step[] {
  let tracker = createProgressTracker(rule);
  const log: Step[] = [];
  for (const [index, rowMs] of rows.entries()) {
    if (restarts.has(index)) tracker = createProgressTracker(rule, tracker.saved());
    log.push({ rowMs });
    const markMs = tracker.observe(rowMs);
    if (markMs !== undefined) log.push({ markMs });
  }
  const last = tracker.flush();
  return last === undefined ? log : [...log, { markMs: last }];
}

const rules: readonly (ProgressRule & { readonly bound: number })[] = [
  { mode: 'ordered', bound: 0 },
  { mode: 'bounded-disorder', boundMs: BOUND_MS, bound: BOUND_MS },
];

for (const { bound, ...rule } of rules) {
  test(`${rule.mode}: no row comes behind a mark that speaks of its time, and marks only grow`, () => {
    fc.assert(
      fc.property(times, fc.array(fc.nat(60)), (given, restarts) => {
        const rows = bounded(given, bound);
        const log = logOf(rule, rows, new Set(restarts));
        let marked = -Infinity;
        for (const { rowMs, markMs } of log) {
          if (rowMs !== undefined) assert.ok(rowMs >= marked);
          if (markMs !== undefined) {
            assert.ok(markMs > marked);
            marked = markMs;
          }
        }
        // In the end all is said that can be said: no row here leads on by more than a step.
        if (rows.length > 0) assert.equal(marked, Math.max(...rows) - bound);
      }),
    );
  });

  test(`${rule.mode}: progress is what counting everything anew says, once the first rows have confirmed each other`, () => {
    fc.assert(
      fc.property(times, (given) => {
        const rows = bounded(given, bound);
        const tracker = createProgressTracker(rule);
        rows.forEach((row, index) => {
          tracker.observe(row);
          const counted = Math.max(...rows.slice(0, index + 1));
          assert.equal(tracker.saved().maxEventMs, index < CONFIRMING_ROWS ? undefined : counted);
        });
      }),
    );
  });

  test(`${rule.mode}: a leap that goes on is believed when three more rows confirm it, not before, and never less`, () => {
    const leaping = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.nat(MARK_STEP_MS)), { maxLength: 60 });
    fc.assert(
      fc.property(leaping, (steps) => {
        // Days apart, and back by no more than the bound.
        let atMs = 0;
        const rows = bounded(
          steps.map(([days, ms]) => (atMs += days * 86_400_000 + ms)),
          bound,
        );
        const tracker = createProgressTracker(rule);
        rows.forEach((row, index) => {
          tracker.observe(row);
          const newest = rows.slice(0, index + 1).toSorted((a, b) => b - a);
          const front = tracker.saved().maxEventMs ?? -Infinity;
          assert.ok(front <= (newest[0] ?? -Infinity));
          assert.ok(front >= (newest[CONFIRMING_ROWS] ?? -Infinity));
        });
      }),
    );
  });

  test(`${rule.mode}: one wrong clock makes no row late, wherever it stands, restarts included`, () => {
    const ahead = fc.integer({ min: 41 * MARK_STEP_MS + DEFAULT_MAX_STEP_MS, max: 400 * 86_400_000 });
    fc.assert(
      fc.property(times, fc.nat(60), ahead, fc.array(fc.nat(60)), (given, place, wrongMs, restarts) => {
        fc.pre(given.length > 0);
        const rows = bounded(given, bound);
        const log = logOf(rule, rows.toSpliced(place, 0, wrongMs), new Set(restarts));
        let marked = -Infinity;
        for (const { rowMs, markMs } of log) {
          if (rowMs !== undefined) assert.ok(rowMs >= marked);
          if (markMs !== undefined) marked = markMs;
        }
        assert.equal(marked, Math.max(...rows) - bound, 'and holds nothing back');
      }),
    );
  });
}

test('wrong clocks now and then do not confirm each other: the rows between them show that they are wrong', () => {
  const tracker = createProgressTracker({ mode: 'bounded-disorder', boundMs: BOUND_MS });
  for (let round = 1; round <= 20; round++) {
    tracker.observe(round * MARK_STEP_MS);
    tracker.observe(90 * DEFAULT_MAX_STEP_MS + round);
  }
  tracker.observe(20 * MARK_STEP_MS);
  assert.deepEqual([tracker.saved().maxEventMs, tracker.saved().leaptMs], [20 * MARK_STEP_MS, undefined]);
});

test('what quiet has told is no leap for the rows behind it', () => {
  const tracker = createProgressTracker({ mode: 'ordered' }, { maxEventMs: 0, markMs: 0 });
  const later = 9 * DEFAULT_MAX_STEP_MS;
  assert.equal(tracker.raise(later), later);
  assert.equal(tracker.observe(later + MARK_STEP_MS), later + MARK_STEP_MS);
});

test('the step is the feed’s to say', () => {
  const start = { maxEventMs: 0, markMs: 0 };
  const leap = 3 * DEFAULT_MAX_STEP_MS;
  assert.equal(createProgressTracker({ mode: 'ordered' }, start).observe(leap), undefined);
  assert.equal(createProgressTracker({ mode: 'ordered', maxStepMs: leap }, start).observe(leap), leap);
});

test('end-of-file: a file ends no later than its rows agree; those ahead of a file that went on are forgotten', () => {
  const day = DEFAULT_MAX_STEP_MS;
  const tracker = createProgressTracker({ mode: 'end-of-file' }, { maxEventMs: day, fileEndMs: day, markMs: day });
  for (let file = 1; file <= 9; file++) {
    tracker.observe(90 * day + file);
    tracker.observe(day + file * MARK_STEP_MS);
    assert.equal(tracker.endFile(), day + file * MARK_STEP_MS);
  }
  // After a pause few rows wait for each other over several files.
  const monday = 5 * day;
  const said = [0, 1, 2, 3].map((row) => {
    tracker.observe(monday + row);
    return tracker.endFile();
  });
  assert.deepEqual(said, [undefined, undefined, undefined, monday + 3]);
});

test('end-of-file: rows say nothing, the end of their file does', () => {
  const tracker = createProgressTracker({ mode: 'end-of-file' });
  assert.equal(tracker.observe(9 * MARK_STEP_MS), undefined);
  assert.equal(tracker.flush(), undefined);
  assert.equal(tracker.endFile(), 9 * MARK_STEP_MS);
  assert.equal(tracker.endFile(5), undefined, 'an older file moves nothing');
  assert.equal(tracker.endFile(12 * MARK_STEP_MS), 12 * MARK_STEP_MS, 'its name may say more than its rows');
});

test('stated: the source alone speaks of its progress', () => {
  const tracker = createProgressTracker({ mode: 'stated' });
  const said = [tracker.observe(MARK_STEP_MS), tracker.endFile(), tracker.flush(), tracker.raise(9 * MARK_STEP_MS)];
  assert.deepEqual(said, [undefined, undefined, undefined, undefined]);
});

test('the time in a file name is found where the pattern fits, in its time zone', () => {
  const inShanghai = createFileNameTime('yyyyMMddHHmm', 'Asia/Shanghai');
  assert.equal(inShanghai('MSC01_voice-202601050830.csv.gz'), Date.UTC(2026, 0, 5, 0, 30));
  assert.equal(inShanghai('voice.csv'), undefined);
  assert.equal(createFileNameTime("'d'yyyy-MM-dd", 'UTC')('d2026-02-28.csv'), Date.UTC(2026, 1, 28));
});

test('a pattern that can never be found in a name is told when the feed is read', () => {
  for (const format of ['iso', 'epoch-ms', 'epoch-s', 'yyyyMMddxx', 'yyyyQ', 'HHmm']) {
    assert.match(fileNameFormatMistake(format) ?? '', /expected a pattern of fixed length|and expected/);
    assert.throws(() => createFileNameTime(format, 'UTC'), RangeError);
  }
  assert.equal(fileNameFormatMistake("'xx'yyyyMMdd"), undefined);
  assert.equal(createFileNameTime("'xx'yyyyMMdd", 'UTC')('a-xx20260105.csv'), Date.UTC(2026, 0, 5));
});
