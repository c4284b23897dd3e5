import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import {
  ReasonDirection,
  RiskAlertSchema,
  RiskBand,
  ScoreCause,
} from '../../services/contracts/gen/churn/v1/risk_pb.ts';
import { decodeRiskAlert, encodeRiskAlert } from '../../services/contracts/risk.ts';
import type { Reason, RiskAlert } from '../../services/core/risk/risk.ts';
import { sampleAlert } from '../support/sample-alert.ts';

test('an alert comes back as it was sent, its vector bit for bit and with the schema that it is of', () => {
  fc.assert(
    fc.property(alertArbitrary(), (alert) => {
      const decoded = decodeRiskAlert(encodeRiskAlert(alert));
      assert.ok(decoded.ok);
      assert.deepEqual(decoded.value, alert);
    }),
  );
});

test('an alert from before reasons were grouped is still read: each feature is its own story, nothing is invented', () => {
  const decoded = decodeRiskAlert(
    toBinary(
      RiskAlertSchema,
      create(RiskAlertSchema, {
        alertId: 'al-1',
        episode: 1,
        score: {
          subscriberId: 'k1-a',
          riskScore: 0.75,
          riskBand: RiskBand.HIGH,
          cause: ScoreCause.DAILY,
          asOfMs: 1n,
        },
        reasons: [
          {
            feature: 'days_since_top_up',
            value: 19,
            typicalValue: 6,
            unit: 'days',
            direction: ReasonDirection.RAISES,
            contribution: 0.5,
            textEn: 'en',
            textZh: 'zh',
          },
          { feature: 'tenure_months', unit: 'months', direction: ReasonDirection.LOWERS, contribution: -0.25 },
        ],
      }),
    ),
  );
  assert.ok(decoded.ok);
  const { reasons, protectiveReasons, baseMargin, rawMargin, vector, featureSchemaSha256 } = decoded.value;
  const old = { story: 'days_since_top_up', share: 0, feature: 'days_since_top_up', value: 19, typicalValue: 6 };
  assert.deepEqual(reasons, [
    { ...old, unit: 'days', direction: 'raises', contribution: 0.5, textEn: 'en', textZh: 'zh' },
  ]);
  assert.deepEqual(
    protectiveReasons.map(({ story, contribution }) => [story, contribution]),
    [['tenure_months', -0.25]],
  );
  assert.deepEqual([baseMargin, rawMargin, vector], [Number.NaN, Number.NaN, new Float32Array()]);
  assert.equal(featureSchemaSha256, '');
  const again = decodeRiskAlert(encodeRiskAlert(decoded.value));
  assert.deepEqual(again, decoded);
});

test('a vector whose values travel one by one is the same as one that is packed', () => {
  const vector = Float32Array.of(0, -0, Number.NaN, 3.5);
  const packed = Buffer.from(encodeRiskAlert(sampleAlert({ vector: new Float32Array() })));
  const values = [...vector].map((value) => {
    const field = Buffer.from([(9 << 3) | 5, 0, 0, 0, 0]);
    field.writeFloatLE(value, 1);
    return field;
  });
  const decoded = decodeRiskAlert(Buffer.concat([packed, ...values]));
  assert.ok(decoded.ok);
  assert.deepEqual(decoded.value.vector, vector);
});

test('a vector that ends within a value is undecodable', () => {
  const bytes = Buffer.from(encodeRiskAlert(sampleAlert({ vector: new Float32Array() })));
  const cut = [
    [(9 << 3) | 2, 3, 0, 0, 0],
    [(9 << 3) | 2, 8, 0, 0, 0, 0],
    [(9 << 3) | 5, 0, 0],
  ];
  for (const tail of cut) {
    const decoded = decodeRiskAlert(Buffer.concat([bytes, Buffer.from(tail)]));
    assert.equal(decoded.ok, false);
  }
});

test('an alert with a number that JSON cannot keep is undecodable, so that no order is made that cannot be read', () => {
  const alert = sampleAlert();
  const [reason] = alert.reasons;
  assert.ok(reason);
  const damaged: readonly Partial<RiskAlert>[] = [
    { baseMargin: Infinity },
    { rawMargin: -Infinity },
    { reasons: [{ ...reason, contribution: Number.NaN }] },
    { reasons: [{ ...reason, share: Number.NaN }] },
    { reasons: [{ ...reason, value: Infinity }] },
    { protectiveReasons: [{ ...reason, direction: 'lowers', typicalValue: -Infinity }] },
  ];
  for (const changes of damaged) {
    assert.equal(decodeRiskAlert(encodeRiskAlert(sampleAlert(changes))).ok, false, JSON.stringify(changes));
  }
  assert.ok(decodeRiskAlert(encodeRiskAlert(alert)).ok);
});

function alertArbitrary(): fc.Arbitrary<RiskAlert> {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  const text = fc.string({ unit: 'grapheme', maxLength: 20 });
  const reason = (direction: Reason['direction']): fc.Arbitrary<Reason> =>
    fc.record(
      {
        story: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }),
        feature: text,
        value: fc.option(number, { nil: undefined }),
        typicalValue: fc.option(number, { nil: undefined }),
        unit: text,
        direction: fc.constant(direction),
        contribution: number,
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        textEn: text,
        textZh: text,
      },
      { noNullPrototype: true },
    );
  return fc
    .record({
      reasons: fc.array(reason('raises'), { maxLength: 5 }),
      protectiveReasons: fc.array(reason('lowers'), { maxLength: 2 }),
      baseMargin: number,
      rawMargin: number,
      vector: fc.float32Array({ maxLength: 120 }),
      featureSchemaSha256: fc.constantFrom('', 'a'.repeat(64)),
      monthlyValueMinor: fc.option(fc.maxSafeInteger(), { nil: undefined }),
    })
    .map((changes) => sampleAlert(changes));
}
