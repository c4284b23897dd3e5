import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { alertIdOf, closeByLeaving, closeByOutcome, decideRisk } from '../../../services/core/risk/decide-risk.ts';
import type { RiskDecision, ScoredPoint } from '../../../services/core/risk/decide-risk.ts';
import type { RiskBand } from '../../../services/core/risk/risk.ts';
import { NO_RISK_YET } from '../../../services/core/subscriber/subscriber-state.ts';
import type { RiskState } from '../../../services/core/subscriber/subscriber-state.ts';
import { arbitraryRisk } from '../../support/arbitrary-state.ts';
import { samplePolicy } from '../../support/sample-policy.ts';

const policy = samplePolicy();
const DAY_MS = 86_400_000;
const T0 = Date.UTC(2026, 2, 10);
const RANK: Readonly<Record<RiskBand, number>> = { low: 0, medium: 1, high: 2 };

function point(riskScore: number, day = 0, feedsBehind = false): ScoredPoint {
  return { riskScore, asOfMs: T0 + day * DAY_MS, feedsBehind };
}

/** Decisions of one point after the other. */
function decideAll(points: readonly ScoredPoint[], start: RiskState = NO_RISK_YET): RiskDecision[] {
  let risk = start;
  return points.map((next) => {
    const decision = decideRisk(risk, next, policy);
    risk = decision.risk;
    return decision;
  });
}

function bandsOf(points: readonly ScoredPoint[], start?: RiskState): RiskBand[] {
  return decideAll(points, start).map(({ risk }) => risk.band);
}

const openHigh: RiskState = {
  ...NO_RISK_YET,
  band: 'high',
  riskScore: 0.9,
  episode: 1,
  episodeOpen: true,
  episodeOpenedAtMs: T0,
};

describe('the first band is that of the score', () => {
  const cases: readonly (readonly [riskScore: number, band: RiskBand])[] = [
    [0, 'low'],
    [0.2999, 'low'],
    [0.3, 'medium'],
    [0.5999, 'medium'],
    [0.6, 'high'],
    [1, 'high'],
  ];
  for (const [riskScore, band] of cases) {
    test(`${riskScore} is ${band}`, () => {
      const decision = decideRisk(NO_RISK_YET, point(riskScore), policy);
      assert.equal(decision.risk.band, band);
      assert.equal(decision.bandChanged, band !== 'low');
      assert.equal(decision.episodeOpened, band === 'high');
      assert.equal(decision.risk.riskScore, riskScore);
    });
  }
});

test('risk rises at once', () => {
  assert.deepEqual(bandsOf([point(0.1), point(0.4), point(0.6)]), ['low', 'medium', 'high']);
});

test('risk falls after a cool-down below the exit, and not a moment earlier', () => {
  assert.deepEqual(bandsOf([point(0.5, 1), point(0.5, 7.999), point(0.5, 8)], openHigh), ['high', 'high', 'medium']);
});

test('a score exactly at the exit does not fall', () => {
  assert.deepEqual(bandsOf([point(0.55, 1), point(0.55, 30)], openHigh), ['high', 'high']);
});

test('a high score while a feed is behind does not begin the cool-down anew, for the silence may be the feed’s', () => {
  const points = [point(0.5, 1), point(0.9, 7, true), point(0.5, 7.9), point(0.5, 8)];
  assert.deepEqual(bandsOf(points, openHigh), ['high', 'high', 'high', 'medium']);
});

test('one score at the exit or above begins the cool-down anew', () => {
  const points = [point(0.5, 1), point(0.56, 7), point(0.5, 8), point(0.5, 14.9), point(0.5, 15)];
  assert.deepEqual(bandsOf(points, openHigh), ['high', 'high', 'high', 'high', 'medium']);
});

test('a band that was left closes the episode, and entering it again opens the next', () => {
  const decisions = decideAll([point(0.5, 1), point(0.5, 8), point(0.7, 9)], openHigh);
  assert.deepEqual(
    decisions.map(({ risk: { episode, episodeOpen }, episodeOpened }) => [episode, episodeOpen, episodeOpened]),
    [
      [1, true, false],
      [1, false, false],
      [2, true, true],
    ],
  );
  assert.deepEqual(
    decisions.map(({ risk }) => [risk.episodeOpenedAtMs, risk.episodeClosedAtMs]),
    [
      [T0, undefined],
      [T0, T0 + 8 * DAY_MS],
      [T0 + 9 * DAY_MS, undefined],
    ],
  );
});

test('scores that flap around the edges give one alert', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.5501, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 }),
      (scores) => {
        const decisions = decideAll([point(0.61), ...scores.map((riskScore, i) => point(riskScore, i))]);
        assert.equal(decisions.filter(({ episodeOpened }) => episodeOpened).length, 1);
      },
    ),
  );
  const deep = Array.from({ length: 100 }, (_, i) => point(i % 2 === 0 ? 0.9 : 0.01, i * 3));
  assert.equal(decideAll(deep).filter(({ episodeOpened }) => episodeOpened).length, 1);
});

test('while a feed is behind no band rises and no episode opens', () => {
  fc.assert(
    fc.property(arbitraryRisk(), fc.double({ min: 0, max: 1, noNaN: true }), (last, riskScore) => {
      const { risk, episodeOpened } = decideRisk(last, point(riskScore, 0, true), policy);
      assert.ok(RANK[risk.band] <= RANK[last.band]);
      assert.equal(episodeOpened, false);
      assert.equal(risk.episode, last.episode);
    }),
  );
  assert.deepEqual(bandsOf([point(0.9, 0, true), point(0.9, 1)]), ['low', 'high']);
});

test('an outcome suppresses the next episode for its time, and not longer', () => {
  const closed = closeByOutcome(openHigh, { episode: 1, result: 'won', atMs: T0 }, policy);
  assert.equal(closed.episodeOpen, false);
  assert.equal(closed.episodeClosedAtMs, T0);
  const decisions = decideAll([point(0.9, 1), point(0.9, 29.999), point(0.9, 30), point(0.9, 31)], closed);
  assert.deepEqual(
    decisions.map(({ episodeOpened, risk }) => [episodeOpened, risk.episode, risk.band]),
    [
      [false, 1, 'high'],
      [false, 1, 'high'],
      [true, 2, 'high'],
      [false, 2, 'high'],
    ],
  );
  assert.equal(decisions[2]?.risk.suppressedUntilMs, undefined);
});

test('an outcome told twice or of another episode changes nothing', () => {
  const won = { episode: 1, result: 'won', atMs: T0 } as const;
  const closed = closeByOutcome(openHigh, won, policy);
  assert.deepEqual(closeByOutcome(closed, { ...won, atMs: T0 + DAY_MS }, policy), closed);
  assert.equal(closeByOutcome(openHigh, { ...won, episode: 2 }, policy), openHigh);
  assert.equal(closeByOutcome(NO_RISK_YET, { ...won, episode: 0 }, policy), NO_RISK_YET);
});

test('leaving closes an open episode and suppresses nothing', () => {
  const left = closeByLeaving(openHigh, T0 + 5);
  assert.deepEqual([left.episodeOpen, left.episodeClosedAtMs, left.suppressedUntilMs], [false, T0 + 5, undefined]);
  assert.deepEqual(closeByLeaving(left, T0 + 9), left);
});

test('leaving takes the subscriber out of every band', () => {
  assert.equal(closeByLeaving(openHigh, T0).band, 'low');
});

test('an outcome that comes after the band has fallen still keeps the next episode from opening', () => {
  const fallen = { ...openHigh, band: 'medium', episodeOpen: false, episodeClosedAtMs: T0 } as const;
  const told = closeByOutcome(fallen, { episode: 1, result: 'won', atMs: T0 + DAY_MS }, policy);
  assert.equal(told.suppressedUntilMs, T0 + DAY_MS + policy.episodes.suppressAfterOutcomeMs);
  assert.equal(told.episodeClosedAtMs, T0);
});

test('an order that expired was never worked: it suppresses nothing', () => {
  const told = closeByOutcome(openHigh, { episode: 1, result: 'expired', atMs: T0 }, policy);
  assert.deepEqual([told.episodeOpen, told.suppressedUntilMs], [false, undefined]);
});

type Move =
  | { readonly type: 'score'; readonly riskScore: number; readonly hours: number; readonly feedsBehind: boolean }
  | { readonly type: 'outcome'; readonly episode: number; readonly hours: number }
  | { readonly type: 'left'; readonly hours: number };

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('score' as const),
      riskScore: fc.oneof(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(0.25, 0.2499, 0.3, 0.55, 0.5499, 0.6, 0.5999),
      ),
      hours: fc.nat(400),
      feedsBehind: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('outcome' as const), episode: fc.nat(3), hours: fc.nat(48) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('left' as const), hours: fc.nat(48) }) },
);

test('over any history: episodes are numbered 1, 2, 3, one is open at most, each has one alert of its own id', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 80, size: 'max' }), (moves) => {
      let risk = NO_RISK_YET;
      let atMs = T0;
      const alerts: string[] = [];
      for (const next of moves) {
        atMs += next.hours * 3_600_000;
        const before = risk;
        if (next.type === 'score') {
          const decision = decideRisk(risk, { ...next, asOfMs: atMs }, policy);
          risk = decision.risk;
          if (decision.episodeOpened) {
            alerts.push(alertIdOf('s1', risk.episode));
            assert.equal(before.episodeOpen, false);
            assert.equal(risk.band, 'high');
            assert.ok(atMs >= (before.suppressedUntilMs ?? -Infinity));
          }
          assert.equal(decision.bandChanged, risk.band !== before.band);
          assert.equal(risk.episode, before.episode + (decision.episodeOpened ? 1 : 0));
          assertFallIsEarned(before, risk, next.riskScore, atMs);
        } else if (next.type === 'outcome') {
          risk = closeByOutcome(risk, { episode: next.episode, result: 'lost', atMs }, policy);
        } else {
          risk = closeByLeaving(risk, atMs);
        }
        if (risk.episodeOpen) assert.ok(risk.band === 'high' && risk.episodeOpenedAtMs !== undefined);
      }
      assert.deepEqual(
        alerts,
        Array.from({ length: risk.episode }, (_, i) => `s1.${i + 1}`),
      );
    }),
    { numRuns: 500 },
  );
});

test('from high, a score that was below medium for one moment only falls to medium first', () => {
  assert.deepEqual(bandsOf([point(0.5, 1), point(0.5, 7), point(0.1, 8)], openHigh), ['high', 'high', 'medium']);
});

function assertFallIsEarned(before: RiskState, after: RiskState, riskScore: number, atMs: number): void {
  if (RANK[after.band] >= RANK[before.band] || before.band === 'low') return;
  assert.ok(riskScore < policy.bands[before.band].exit);
  assert.ok(atMs - (before.belowSinceMs ?? atMs) >= policy.bands.coolDownMs);
}
