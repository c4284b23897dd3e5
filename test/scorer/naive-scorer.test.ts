import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeLogRecord } from '../../services/contracts/log-record.ts';
import type { LogRecord } from '../../services/core/events/subscriber-event.ts';
import { validateRecord } from '../../services/core/events/validate-record.ts';
import { FEATURE_NAMES } from '../../services/core/features/registry.ts';
import { alertIdOf, closeByLeaving, closeByOutcome, decideRisk } from '../../services/core/risk/decide-risk.ts';
import { NO_RISK_YET } from '../../services/core/subscriber/subscriber-state.ts';
import type { RiskState } from '../../services/core/subscriber/subscriber-state.ts';
import { decodeOutboxEntry } from '../../services/scorer/outbox-entry.ts';
import type { InputRecord } from '../../services/scorer/ports.ts';
import { createFakeModel, scatteredRisk } from '../support/fake-model.ts';
import { arbitraryInputLog } from '../support/input-log.ts';
import { createMemoryPartitionStore } from '../support/memory-partition-store.ts';
import { naivePoints } from '../support/naive-scorer.ts';
import type { NaivePoint } from '../support/naive-scorer.ts';
import { runLog } from '../support/run-worker.ts';
import { samplePolicy } from '../support/sample-policy.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const policy = samplePolicy({
  timeZone: 'Europe/Vilnius',
  time: { requiredFeeds: [], disorderMs: HOUR_MS, latenessLimitMs: 2 * DAY_MS, staleAfterMs: 12 * HOUR_MS },
  scoring: { minimumIntervalMs: HOUR_MS, warmUpDays: 1 },
  bands: { medium: { enter: 0.3, exit: 0.25 }, high: { enter: 0.6, exit: 0.55 }, coolDownMs: DAY_MS },
  episodes: { suppressAfterOutcomeMs: DAY_MS },
});

test('over any log, who is scored when and by what vector is what the raw events say', async () => {
  const seen: Record<string, number> = {};
  const startMs = Date.UTC(2026, 2, 20);
  await fc.assert(
    fc.asyncProperty(arbitraryInputLog(startMs, 60), fc.constantFrom(1, 5, 1_000), async (log, commitLimit) => {
      const store = createMemoryPartitionStore(1);
      const model = createFakeModel(scatteredRisk);
      await runLog({ store, model, policy, commitLimit }, log);

      const points = naivePoints(log.flatMap(readable), policy);
      const scores = points.filter((point) => point.type === 'score');
      assert.equal(model.scored.length, scores.length);
      scores.forEach((point, i) => {
        assertSameVector(model.scored[i], point);
      });
      const published = store.dump(0).outbox.map((hex) => decodeOutboxEntry(Buffer.from(hex, 'hex')));
      assert.deepEqual(
        published.map(({ kind, id }) => `${kind} ${id}`),
        expectedOutbox(points, model.scored),
      );
      for (const { cause, feedsBehind } of scores) {
        seen[cause] = (seen[cause] ?? 0) + 1;
        if (feedsBehind) seen['stale'] = (seen['stale'] ?? 0) + 1;
      }
    }),
    { numRuns: 60 },
  );
  for (const what of ['interval', 'trigger', 'daily', 'stale']) assert.ok((seen[what] ?? 0) > 0, `${what} never came`);
});

/** The records that a worker of this partition takes in. */
function readable(input: InputRecord): LogRecord[] {
  if (input.value === null) return [];
  const decoded = decodeLogRecord(input.value);
  if (!decoded.ok) return [];
  const valid = validateRecord(decoded.value, {
    key: input.key?.toString() ?? null,
    timestampMs: input.timestampMs,
  });
  return valid.ok && !valid.value.subscriberId.startsWith('stranger') ? [valid.value] : [];
}

function assertSameVector(vector: Float32Array | undefined, point: Extract<NaivePoint, { type: 'score' }>): void {
  assert.ok(vector);
  FEATURE_NAMES.forEach((name, i) => {
    const actual = vector[i] ?? Number.NaN;
    const expected = Math.fround(point.features[name] ?? Number.NaN);
    const isSame = Number.isNaN(expected)
      ? Number.isNaN(actual)
      : Math.abs(actual - expected) <= 1e-6 * Math.max(1e-3, Math.abs(expected));
    assert.ok(isSame, `${name} of ${point.subscriberId} as of ${point.asOfMs}: ${actual}, expected ${expected}`);
  });
}

function expectedOutbox(points: readonly NaivePoint[], vectors: readonly Float32Array[]): string[] {
  const risks = new Map<string, RiskState>();
  const expected: string[] = [];
  let row = 0;
  for (const point of points) {
    const { subscriberId } = point;
    const last = risks.get(subscriberId) ?? NO_RISK_YET;
    if (point.type === 'left') {
      risks.set(subscriberId, closeByLeaving(last, point.atMs));
      expected.push(`score ${subscriberId}.${point.pointId}`);
    } else if (point.type === 'outcome') {
      risks.set(subscriberId, closeByOutcome(last, point, policy));
    } else {
      const riskScore = Math.fround(scatteredRisk(vectors[row++] ?? new Float32Array()));
      const { risk, bandChanged, episodeOpened } = decideRisk(last, { ...point, riskScore }, policy);
      risks.set(subscriberId, risk);
      if (bandChanged || point.cause !== 'interval') {
        expected.push(`score ${subscriberId}.${point.pointId}`);
      }
      if (episodeOpened) expected.push(`alert ${alertIdOf(subscriberId, risk.episode)}`);
    }
  }
  return expected;
}
