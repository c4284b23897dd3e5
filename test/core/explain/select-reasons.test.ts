import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainScore } from '../../../services/core/explain/explain-score.ts';
import { selectReasons, splitReasons } from '../../../services/core/explain/select-reasons.ts';
import { contributionsWith, vectorWith } from '../../support/told-features.ts';

const explanation = explainScore({
  base: -1,
  contributions: contributionsWith({
    balance: 0.5,
    days_since_top_up: 0.9,
    tenure_days: -1.5,
    active_days_28d: -0.2,
    spend_28d: -0.4,
  }),
  vector: vectorWith({}),
  typicalValues: [],
});
const stories = (limits: Parameters<typeof selectReasons>[1]): readonly string[][] => {
  const { reasons, protectiveReasons } = selectReasons(explanation, limits);
  return [reasons, protectiveReasons].map((list) => list.map(({ story }) => story));
};

test('reasons that raise the risk and reasons that lower it are given apart, each the strongest first', () => {
  assert.deepEqual(stories({ raising: 5, protective: 2 }), [
    ['top_ups', 'balance'],
    ['tenure', 'spend'],
  ]);
  assert.deepEqual(stories({ raising: 1, protective: 5 }), [['top_ups'], ['tenure', 'spend', 'activity']]);
});

test('none is made up where there are none, or where none are asked for', () => {
  assert.deepEqual(stories({ raising: 0, protective: 0 }), [[], []]);
  assert.deepEqual(selectReasons({ baseMargin: 0, rawMargin: 0, reasons: [] }, { raising: 5, protective: 2 }), {
    reasons: [],
    protectiveReasons: [],
  });
});

test('what hardly moved the score is not read out as a reason, but is there where all are asked for', () => {
  const lone = explainScore({
    base: -1,
    contributions: contributionsWith({ days_since_top_up: 2, data_bytes_per_day_90d: -0.01, tenure_days: -0.1 }),
    vector: vectorWith({}),
    typicalValues: [],
  });
  const told = selectReasons(lone, { raising: 5, protective: 2 });
  assert.deepEqual(
    told.protectiveReasons.map(({ story }) => story),
    ['tenure'],
  );
  assert.deepEqual(
    splitReasons(lone).protectiveReasons.map(({ story }) => story),
    ['tenure', 'data_use'],
  );
});
