import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { completeThroughOfTopic } from '../../../services/intake/progress/topic-progress.ts';

const MINUTE_MS = 60_000;
const rule = { mode: 'bounded-disorder', boundMs: 30 * MINUTE_MS } as const;

test('a topic is complete through what no partition can still bring an older row than', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 5 }), {
        minLength: 1,
        maxLength: 5,
      }),
      (rows) => {
        const reads = rows.map((times) => ({ maxEventMs: Math.max(...times) }));
        const oldestToCome = rows.map((times) => Math.max(...times) - rule.boundMs);
        const through = completeThroughOfTopic(rule, reads, 0, undefined);
        assert.ok(through !== undefined && oldestToCome.every((time) => time >= through));
        assert.ok(oldestToCome.includes(through), 'and no less than that');
      },
    ),
  );
});

test('a partition that has brought nothing holds the topic back', () => {
  const reads = [{ maxEventMs: 90 * MINUTE_MS }, { atEndSinceMs: 0 }];
  assert.equal(completeThroughOfTopic(rule, reads, 1e9, undefined), undefined);
});

test('where quiet counts as nothing happened, a partition read to its end for so long follows the clock', () => {
  const reads = [{ maxEventMs: 900 * MINUTE_MS }, { maxEventMs: MINUTE_MS, atEndSinceMs: 100 * MINUTE_MS }];
  const at = (nowMs: number) => completeThroughOfTopic(rule, reads, nowMs, 60 * MINUTE_MS);
  assert.equal(at(159 * MINUTE_MS), -29 * MINUTE_MS, 'not yet');
  assert.equal(at(160 * MINUTE_MS), 70 * MINUTE_MS, 'now, less the quiet and the disorder');
  assert.equal(at(200 * MINUTE_MS), 110 * MINUTE_MS);
});
