import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  START_OF_TIME,
  advanceByEvent,
  advanceByProgress,
  isLate,
  staleFeedsOf,
} from '../../../services/core/time/partition-time.ts';
import type { PartitionTime, TimePolicy } from '../../../services/core/time/partition-time.ts';

const policy: TimePolicy = { requiredFeeds: [], disorderMs: 10, latenessLimitMs: 100, staleAfterMs: 30 };

type Step = { readonly feed: string; readonly atMs: number } | { readonly feed: undefined; readonly atMs: number };
const steps = fc.array(
  fc.record({
    feed: fc.option(fc.constantFrom('voice', 'data', 'care'), { nil: undefined }),
    atMs: fc.nat(1_000),
  }),
  { maxLength: 40 },
);
const anyPolicy = fc
  .constantFrom<string[][]>([], ['voice'], ['voice', 'data'])
  .map((requiredFeeds) => ({ ...policy, requiredFeeds }));

function advance(time: PartitionTime, step: Step, rules: TimePolicy): PartitionTime {
  return step.feed === undefined
    ? advanceByEvent(time, step.atMs, rules)
    : advanceByProgress(time, step.feed, step.atMs, rules);
}

test('the watermark never goes back, whatever comes', () => {
  fc.assert(
    fc.property(steps, anyPolicy, (list, rules) => {
      let time = START_OF_TIME;
      for (const step of list) {
        const next = advance(time, step, rules);
        assert.ok((next.watermarkMs ?? -Infinity) >= (time.watermarkMs ?? -Infinity));
        assert.ok((next.highestEventMs ?? -Infinity) >= (time.highestEventMs ?? -Infinity));
        time = next;
      }
    }),
  );
});

test('with required feeds the watermark is the least advanced of them, and none before all have reported', () => {
  const rules = { ...policy, requiredFeeds: ['voice', 'data'] };
  fc.assert(
    fc.property(steps, (list) => {
      const furthest: Record<string, number> = {};
      let time = START_OF_TIME;
      for (const step of list) {
        time = advance(time, step, rules);
        if (step.feed !== undefined) furthest[step.feed] = Math.max(furthest[step.feed] ?? 0, step.atMs);
        const { voice, data } = furthest;
        const expected = voice === undefined || data === undefined ? undefined : Math.min(voice, data);
        assert.equal(time.watermarkMs, expected);
      }
    }),
  );
});

test('without any mark the watermark follows the highest event at the allowed disorder', () => {
  let time = advanceByEvent(START_OF_TIME, 500, policy);
  assert.equal(time.watermarkMs, 490);
  time = advanceByEvent(time, 450, policy);
  assert.equal(time.watermarkMs, 490);
  assert.equal(advanceByEvent(time, 501, policy).watermarkMs, 491);
});

test('once a feed reports, events move time no more', () => {
  const reported = advanceByProgress(advanceByEvent(START_OF_TIME, 500, policy), 'voice', 600, policy);
  assert.equal(reported.watermarkMs, 600);
  assert.equal(advanceByEvent(reported, 10_000, policy).watermarkMs, 600);
});

test('a feed that reports late in life holds the watermark where it is, not back', () => {
  const one = advanceByProgress(START_OF_TIME, 'voice', 600, policy);
  const two = advanceByProgress(one, 'data', 200, policy);
  assert.equal(two.watermarkMs, 600);
  assert.equal(advanceByProgress(two, 'voice', 900, policy).watermarkMs, 600);
  assert.equal(advanceByProgress(two, 'data', 700, policy).watermarkMs, 600);
  assert.equal(advanceByProgress(advanceByProgress(two, 'voice', 900, policy), 'data', 700, policy).watermarkMs, 700);
});

test('a feed that takes its word back changes nothing', () => {
  const time = advanceByProgress(START_OF_TIME, 'voice', 600, policy);
  assert.equal(advanceByProgress(time, 'voice', 599, policy), time);
  assert.equal(advanceByProgress(time, 'voice', 600, policy), time);
});

test('a feed may be called by any name', () => {
  for (const feed of ['__proto__', 'constructor', 'toString', '转网']) {
    const time = advanceByProgress(START_OF_TIME, feed, 600, policy);
    assert.equal(time.watermarkMs, 600, feed);
    assert.equal(advanceByProgress(time, feed, 500, policy).watermarkMs, 600, feed);
    assert.equal(advanceByProgress(time, feed, 700, policy).watermarkMs, 700, feed);
  }
});

describe('an event is late', () => {
  const time = advanceByProgress(START_OF_TIME, 'voice', 600, policy);
  const cases: readonly (readonly [atMs: number, late: boolean, why: string])[] = [
    [499, true, 'before the watermark less the limit'],
    [500, false, 'not exactly at it'],
    [600, false, 'not at the watermark'],
    [700, false, 'not after it'],
  ];
  for (const [atMs, late, why] of cases) {
    test(why, () => {
      assert.equal(isLate(time, atMs, policy), late);
    });
  }
  test('not before there is a watermark', () => {
    assert.equal(isLate(START_OF_TIME, -1e15, policy), false);
  });
});

describe('a feed is stale', () => {
  const names = (time: PartitionTime, rules: TimePolicy): string[] => staleFeedsOf(time, rules).map(({ feed }) => feed);
  const both = (data: number): PartitionTime => ({ ...START_OF_TIME, feeds: { voice: 600, data } });
  test('further behind the front than allowed', () => {
    assert.deepEqual(names(both(569), policy), ['data']);
  });
  test('not exactly as far as allowed', () => {
    assert.deepEqual(names(both(570), policy), []);
  });
  test('a required one that never reported while others did', () => {
    const rules = { ...policy, requiredFeeds: ['voice', 'care'] };
    assert.deepEqual(staleFeedsOf(both(600), rules), [{ feed: 'care', completeThroughMs: undefined }]);
  });
  test('not one that nothing requires', () => {
    assert.deepEqual(names(both(0), { ...policy, requiredFeeds: ['voice'] }), []);
  });
  test('told in the order of the alphabet', () => {
    const time = { ...START_OF_TIME, feeds: { z: 0, front: 600, b: 1, a: 0 } };
    assert.deepEqual(names(time, policy), ['a', 'b', 'z']);
  });
  test('none while no feed ever reported', () => {
    assert.deepEqual(names(advanceByEvent(START_OF_TIME, 500, policy), policy), []);
  });
});
