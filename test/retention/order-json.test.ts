import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openOrder } from '../../services/core/work-orders/decide.ts';
import { noticeOf } from '../../services/core/work-orders/order-notice.ts';
import {
  formatStoredNotice,
  formatStoredOrder,
  parseStoredNotice,
  parseStoredOrder,
  StoredOrderError,
} from '../../services/retention/redis/order-json.ts';
import { SAMPLE_FEATURE_SCHEMA, sampleAlert } from '../support/sample-alert.ts';

const step = openOrder(sampleAlert(), 1_000, 2_000);

test('an order is kept with its reasons, its margins, its vector, NaN included, and the schema that it is of', () => {
  fc.assert(
    fc.property(fc.float32Array({ maxLength: 120 }), (vector) => {
      const order = parseStoredOrder(formatStoredOrder({ ...step.order, vector }));
      assert.equal(order.featureSchemaSha256, SAMPLE_FEATURE_SCHEMA);
      assert.deepEqual(order, { ...step.order, vector });
    }),
  );
  const notice = noticeOf(undefined, step);
  assert.deepEqual(parseStoredNotice(formatStoredNotice(notice)), notice);
});

test('an order from before reasons were grouped is still read: without a vector, each feature its own story', () => {
  const { protectiveReasons, baseMargin, rawMargin, vector, featureSchemaSha256, ...rest } = step.order;
  assert.ok(baseMargin !== undefined && rawMargin !== undefined && vector.length > 0);
  assert.ok(featureSchemaSha256 !== undefined);
  const ungrouped = [...rest.reasons, ...protectiveReasons].map(({ story, share, ...reason }) => {
    assert.ok(story !== reason.feature && share > 0);
    return reason;
  });
  const order = parseStoredOrder(JSON.stringify({ ...rest, reasons: ungrouped }));
  const withoutStory = (reason: object): object => ({ ...reason, share: 0 });
  assert.deepEqual(order, {
    ...rest,
    reasons: rest.reasons.map((reason) => withoutStory({ ...reason, story: reason.feature })),
    protectiveReasons: protectiveReasons.map((reason) => withoutStory({ ...reason, story: reason.feature })),
    vector: new Float32Array(),
  });
});

test('a stored vector that is no list of float32 is refused', () => {
  const stored = formatStoredOrder(step.order);
  for (const vector of ['AAA', 'AAAA', 'no base64!', 'AAAAAA==x']) {
    const text = JSON.stringify({ ...Object(JSON.parse(stored)), vector });
    assert.throws(() => parseStoredOrder(text), StoredOrderError, vector);
  }
});
