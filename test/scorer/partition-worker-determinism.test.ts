import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeLedger } from '../../services/core/quality/quality-ledger.ts';
import type { InputRecord, ParkedRecord } from '../../services/scorer/ports.ts';
import { createFakeModel, scatteredRisk } from '../support/fake-model.ts';
import { arbitraryInputLog } from '../support/input-log.ts';
import { createMemoryPartitionStore } from '../support/memory-partition-store.ts';
import type { MemoryPartitionStore } from '../support/memory-partition-store.ts';
import { outboxIds, outcomeOf, runLog } from '../support/run-worker.ts';
import type { RunPlan } from '../support/run-worker.ts';
import { sampleBaseline } from '../support/sample-baseline.ts';
import { samplePolicy } from '../support/sample-policy.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 1, 10);

/** Short times, so that a small log sees every rule at work. */
const policy = samplePolicy({
  time: { requiredFeeds: [], disorderMs: HOUR_MS, latenessLimitMs: 2 * DAY_MS, staleAfterMs: 12 * HOUR_MS },
  scoring: { minimumIntervalMs: HOUR_MS, warmUpDays: 1 },
  bands: { medium: { enter: 0.3, exit: 0.25 }, high: { enter: 0.6, exit: 0.55 }, coolDownMs: DAY_MS },
  episodes: { suppressAfterOutcomeMs: DAY_MS },
  quality: { horizonMs: DAY_MS },
});

const plan: fc.Arbitrary<RunPlan & { readonly commitLimit: number }> = fc.record({
  commitLimit: fc.constantFrom(1, 2, 3, 7, 1_000),
  batchSizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
  overlap: fc.constantFrom(0, 0, 3),
  crashes: fc.array(fc.record({ afterAwaits: fc.nat(60), applied: fc.boolean() }), { maxLength: 12 }),
});

interface Run {
  readonly store: MemoryPartitionStore;
  readonly parked: ParkedRecord[];
}

async function run(log: readonly InputRecord[], how: RunPlan & { readonly commitLimit: number }): Promise<Run> {
  const store = createMemoryPartitionStore(1);
  const parked: ParkedRecord[] = [];
  const { commitLimit } = how;
  const model = createFakeModel(scatteredRisk);
  await runLog({ store, model, driftBaseline: sampleBaseline(), policy, parked, commitLimit }, log, how);
  return { store, parked };
}

function parkedByOffset(parked: readonly ParkedRecord[]): Map<bigint, string> {
  return new Map(parked.map(({ record, reason, detail }) => [record.offset, `${reason}: ${detail}`]));
}

test('one log gives one outcome, however it is cut into batches and commits and wherever the process dies', async () => {
  const seen = { alerts: 0, scores: 0, daily: 0, parked: 0, duplicates: 0, crashes: 0, gone: 0, stayed: 0, hours: 0 };
  await fc.assert(
    fc.asyncProperty(arbitraryInputLog(START_MS, 80), plan, async (log, how) => {
      const straight = await run(log, { commitLimit: 1_000 });
      const troubled = await run(log, how);
      assert.deepEqual(outcomeOf(troubled.store), outcomeOf(straight.store));
      assert.deepEqual(parkedByOffset(troubled.parked), parkedByOffset(straight.parked));

      const alerts = outboxIds(straight.store, 'alert');
      assert.equal(new Set(alerts).size, alerts.length);
      const counts = outcomeOf(straight.store).record?.counts;
      seen.alerts += alerts.length;
      seen.scores += counts?.scored ?? 0;
      seen.daily += outboxIds(straight.store, 'score').filter((id) => id.includes('.daily.')).length;
      seen.parked += straight.parked.length;
      seen.duplicates += counts?.duplicates ?? 0;
      seen.crashes += how.crashes?.length ?? 0;
      const quality = outcomeOf(straight.store).record?.quality;
      if (quality === undefined) return;
      for (const { untouched } of decodeLedger(Uint8Array.fromBase64(quality)).versions) {
        seen.gone += untouched.gone;
        seen.stayed += untouched.stayed;
      }
      seen.hours += Object.keys(outcomeOf(straight.store).qualityHours).length;
    }),
    { numRuns: 70 },
  );
  for (const [what, count] of Object.entries(seen)) assert.ok(count > 0, `${count} ${what} in all runs`);
});

test('the books tell of every record once, and every parked one was handed over', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryInputLog(START_MS, 80), plan, async (log, how) => {
      const { store, parked } = await run(log, how);
      const record = outcomeOf(store).record;
      assert.ok(record);
      const { folded, duplicates, late, parked: parkedCount, marks, outcomes } = record.counts;
      assert.equal(folded + duplicates + late + parkedCount + marks + outcomes, log.length);

      const reasons = new Map<string, number>();
      for (const reason of parkedByOffset(parked).values()) {
        const name = reason.slice(0, reason.indexOf(':'));
        reasons.set(name, (reasons.get(name) ?? 0) + 1);
      }
      assert.deepEqual(new Map(Object.entries(record.parkedByReason)), reasons);
      assert.equal(reasons.get('late') ?? 0, late);
      const all = [...reasons.values()].reduce((sum, count) => sum + count, 0);
      assert.equal(all, late + parkedCount);
    }),
    { numRuns: 20 },
  );
});
