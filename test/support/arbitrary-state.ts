import fc from 'fast-check';
import type { CustomerType, PaymentType } from '../../services/core/events/account.ts';
import { COUNTERS, addToTile } from '../../services/core/subscriber/day-tile.ts';
import type { DayTile } from '../../services/core/subscriber/day-tile.ts';
import { RECENCY_KINDS } from '../../services/core/subscriber/subscriber-state.ts';
import type {
  Latest,
  OpenPrediction,
  RiskState,
  SubscriberState,
} from '../../services/core/subscriber/subscriber-state.ts';

/**
 * States far beyond what folding makes: any sizes, any order of times, values far beyond what
 * an operator has. Only what the state's own rules promise holds: the latest event is the latest, tiles are sorted by day.
 */
export function arbitraryState(): fc.Arbitrary<SubscriberState> {
  return fc
    .record({ firstSeenAtMs: fc.integer({ min: -1e12, max: 4e12 }), span: fc.nat(1e11) })
    .chain(({ firstSeenAtMs, span }) => {
      const lastEventAtMs = firstSeenAtMs + span;
      // 0 says "never" in the state, so that no real time may be 0; what stands in for it must not be after the latest event.
      const past = fc.nat(span).map((distance) => lastEventAtMs - distance || -1);
      const anyTime = fc.integer({ min: -4e12, max: 4e12 });
      const amount = fc.integer({ min: -1e12, max: 1e12 });
      const hash = fc.nat(2 ** 32 - 1);
      const latest = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Latest<T> | undefined> =>
        maybe(fc.record({ value, atMs: anyTime }));
      const complaint = fc
        .record({ idHash: hash, firstDay: fc.integer({ min: -1e5, max: 1e5 }), span: fc.nat(1e3) })
        .map(({ idHash, firstDay, span: days }) => ({ idHash, firstDay, lastDay: firstDay + days }));
      return fc.record({
        firstSeenAtMs: fc.constant(firstSeenAtMs),
        lastEventAtMs: fc.constant(lastEventAtMs),
        lastAtMs: fc.tuple(...RECENCY_KINDS.map(() => fc.oneof(fc.constant(0), span === 0 ? fc.constant(0) : past))),
        activatedAtMs: latest(anyTime),
        paymentType: latest(fc.constantFrom<PaymentType[]>('unspecified', 'prepaid', 'postpaid')),
        customerType: latest(
          fc.constantFrom<CustomerType[]>(
            'unspecified',
            'personal',
            'group',
            'family',
            'government_enterprise',
            'public',
          ),
        ),
        birthYear: latest(fc.integer({ min: 1880, max: 9999 })),
        balanceMinor: latest(amount),
        contract: latest(maybe(fc.record({ endsAtMs: anyTime, binding: fc.boolean() }))),
        closed: latest(fc.boolean()),
        marketingAllowed: latest(fc.boolean()),
        faultSurveyScore: latest(fc.nat(10)),
        bills: fc.array(
          fc.record({
            month: fc.integer({ min: 199_001, max: 999_912 }),
            totalMinor: amount,
            outOfBundleDataMinor: amount,
          }),
          { maxLength: 6 },
        ),
        complaints: fc.array(complaint),
        faults: fc.array(
          fc.record({
            idHash: hash,
            reportedAtMs: anyTime,
            repairedAtMs: fc.oneof(
              fc.constant(0),
              anyTime.map((atMs) => atMs || 1),
            ),
          }),
        ),
        circle: fc.array(fc.record({ partyHash: hash, lastDay: fc.integer({ min: -1e5, max: 1e5 }) }), {
          maxLength: 40,
        }),
        tiles: arbitraryTiles(),
        lastScoredAtMs: fc.oneof(
          fc.constant(0),
          fc.nat(1e11).map((later) => firstSeenAtMs + later || 1),
        ),
        risk: arbitraryRisk(),
        prediction: maybe(arbitraryPrediction()),
      });
    })
    .map((state) => structuredClone(state));
}

function arbitraryTiles(): fc.Arbitrary<DayTile[]> {
  const tile = fc.record({
    day: fc.integer({ min: -5_000, max: 60_000 }),
    amounts: fc.array(fc.tuple(fc.nat(COUNTERS.length - 1), fc.integer({ min: -3e14, max: 3e14 })), { maxLength: 12 }),
    prints: fc.array(fc.nat(2 ** 48 - 1), { maxLength: 20 }),
  });
  return fc.uniqueArray(tile, { selector: ({ day }) => day, maxLength: 30 }).map((tiles) =>
    tiles
      .toSorted((a, b) => a.day - b.day)
      .map(({ day, amounts, prints }) => {
        const made: DayTile = { day, mask: 0, values: [], prints };
        for (const [counter, amount] of amounts) addToTile(made, counter, amount);
        return made;
      }),
  );
}

export function arbitraryRisk(): fc.Arbitrary<RiskState> {
  const time = maybe(fc.integer({ min: -4e12, max: 4e12 }));
  return fc.record({
    band: fc.constantFrom<RiskState['band'][]>('low', 'medium', 'high'),
    riskScore: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
    belowSinceMs: time,
    episode: fc.nat(1e6),
    episodeOpen: fc.boolean(),
    episodeOpenedAtMs: time,
    episodeClosedAtMs: time,
    suppressedUntilMs: time,
  });
}

function arbitraryPrediction(): fc.Arbitrary<OpenPrediction> {
  return fc.record({
    slot: fc.integer({ min: -2e7, max: 2e7 }),
    riskScore: fc.float({ min: 0, max: 1, noNaN: true }),
    wasHigh: fc.boolean(),
    contacted: fc.boolean(),
    version: fc.nat(1e6),
  });
}

function maybe<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined });
}
