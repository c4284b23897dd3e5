import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createFileNameTime } from '../../../services/intake/progress/file-name-time.ts';
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
        // In the end all is said that can be said.
        if (rows.length > 0) assert.equal(marked, Math.max(...rows) - bound);
      }),
    );
  });

  test(`${rule.mode}: marks are those of counting everything anew after each row`, () => {
    fc.assert(
      fc.property(times, (rows) => {
        const expected: number[] = [];
        rows.forEach((_, index) => {
          const known = Math.max(...rows.slice(0, index + 1)) - bound;
          if (known >= (expected.at(-1) ?? -Infinity) + MARK_STEP_MS) expected.push(known);
        });
        const all = rows.length === 0 ? undefined : Math.max(...rows) - bound;
        if (all !== undefined && all > (expected.at(-1) ?? -Infinity)) expected.push(all);
        const marks = logOf(rule, rows, new Set()).flatMap(({ markMs }) => markMs ?? []);
        assert.deepEqual(marks, expected);
      }),
    );
  });
}

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
