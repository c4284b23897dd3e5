import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainScore } from '../../../services/core/explain/explain-score.ts';
import { selectReasons } from '../../../services/core/explain/select-reasons.ts';
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
