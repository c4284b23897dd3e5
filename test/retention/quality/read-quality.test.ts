import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NEW_PARTITION, formatPartitionRecord } from '../../../services/core/partition/partition-record.ts';
import { layoutOf } from '../../../services/core/quality/drift-layout.ts';
import { SHIFT_HOURS } from '../../../services/core/quality/measure-drift.ts';
import { HOUR_MS, encodeQualityHour, placeOfHour } from '../../../services/core/quality/quality-hour.ts';
import {
  countDailyScore,
  countMatured,
  encodeLedger,
  newLedger,
  versionNumber,
} from '../../../services/core/quality/quality-ledger.ts';
import type { QualityLedger } from '../../../services/core/quality/quality-ledger.ts';
import { FEATURES } from '../../../services/core/features/registry.ts';
import { createMetrics } from '../../../services/platform/telemetry/metrics.ts';
import { createQualityMetrics } from '../../../services/retention/quality/quality-metrics.ts';
import { REPORT_KEPT_MS, createQualityReader } from '../../../services/retention/quality/read-quality.ts';
import type { QualityReader } from '../../../services/retention/quality/read-quality.ts';
import { createMemoryPartitionStore } from '../../support/memory-partition-store.ts';
import type { MemoryPartitionStore } from '../../support/memory-partition-store.ts';
import { createTestApp, createTestDesk } from '../../support/retention-app.ts';
import { sampleBaseline } from '../../support/sample-baseline.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const MODEL = 'churn/1.0.0';
const driftBaseline = sampleBaseline(['mo_calls_7d']);
const layout = layoutOf(driftBaseline);
const START_HOUR = Date.UTC(2026, 5, 1) / HOUR_MS;
const PER_HOUR = 80;

/** Ten days over two partitions; in the last six hours everyone calls more. */
async function storeWithShift(): Promise<MemoryPartitionStore> {
  const store = createMemoryPartitionStore(2);
  const random = seededRandom(1);
  for (const partition of [0, 1]) {
    const ledger = newLedger();
    const vectors = new Float32Array(FEATURES.length);
    const [index = 0] = driftBaseline.features.map((feature) => feature.index);
    for (let hour = 0; hour < 240; hour++) {
      for (let i = 0; i < PER_HOUR / 2; i++) {
        const momentMs = (START_HOUR + hour) * HOUR_MS + i;
        vectors[index] = random() * 8 + (hour >= 234 ? 2 : 0);
        const riskScore = random();
        const riskBand = riskScore > 0.75 ? 'high' : 'low';
        countDailyScore(ledger, layout, { modelVersion: MODEL, momentMs, vectors, at: 0, riskScore, riskBand });
      }
    }
    countPredictions(ledger, partition);
    await commit(store, partition, ledger);
  }
  return store;
}

function countPredictions(ledger: QualityLedger, partition: number): void {
  const version = versionNumber(ledger, MODEL);
  const atMs = START_HOUR * HOUR_MS;
  const prediction = { slot: 0, contacted: false, version };
  countMatured(ledger, { ...prediction, riskScore: 0.9, wasHigh: true }, 'gone', atMs);
  countMatured(ledger, { ...prediction, riskScore: 0.8, wasHigh: true }, partition === 0 ? 'gone' : 'stayed', atMs);
  countMatured(ledger, { ...prediction, riskScore: 0.1, wasHigh: false }, 'stayed', atMs);
  countMatured(ledger, { ...prediction, riskScore: 0.9, wasHigh: true, contacted: true }, 'stayed', atMs);
}

async function commit(store: MemoryPartitionStore, partition: number, ledger: QualityLedger): Promise<void> {
  const { seq } = await store.acquire(partition, 'A');
  await store.commit(partition, {
    owner: 'A',
    expectedSeq: seq,
    nextOffset: 1n,
    record: formatPartitionRecord({ ...NEW_PARTITION, quality: encodeLedger(ledger).toBase64() }),
    states: [],
    outbox: [],
    wheel: [],
    bands: [],
    qualityHours: ledger.closed.map((hour) => ({ place: placeOfHour(hour.hour), value: encodeQualityHour(hour) })),
  });
}

function readerOf(store: MemoryPartitionStore, modelVersion = MODEL): QualityReader {
  const model = { modelVersion, driftBaseline };
  return createQualityReader({ store, model, partitionCount: 2, timeZone: 'Asia/Shanghai' });
}

test('partitions together show the shift of the last hours, the drift of the last evening, and the bands', async () => {
  const { model } = await readerOf(await storeWithShift()).read();
  assert.equal(model.hourMs, (START_HOUR + 239) * HOUR_MS);
  assert.equal(model.dailyScores, 24 * PER_HOUR);
  assert.ok(Math.abs((model.bandShares?.high ?? 0) - 0.25) < 0.03);
  assert.equal(model.shift.scores, (SHIFT_HOURS + 1) * PER_HOUR);
  assert.equal(model.shift.referenceScores, 7 * (SHIFT_HOURS + 1) * PER_HOUR);
  assert.ok((model.shift.features[0]?.psi ?? 0) > 0.5);
  assert.ok((model.shift.scorePsi ?? 1) < 0.02);
  // 21 to 24 in Shanghai is 13 to 16 UTC, before the shift: too few scores to tell of drift.
  assert.equal(model.drift.scores, 3 * PER_HOUR);
  assert.equal(model.drift.features[0]?.psi, undefined);
});

test('what became of predictions adds up over partitions, apart from those the desk spoke with', async () => {
  const { versions } = await readerOf(await storeWithShift()).read();
  assert.deepEqual(
    versions.map(({ modelVersion }) => modelVersion),
    [MODEL],
  );
  const [outcomes] = versions;
  assert.deepEqual(outcomes?.untouched, { gone: 3, stayed: 3, highGone: 3, highStayed: 1 });
  assert.deepEqual(outcomes.contacted, { gone: 0, stayed: 2, highGone: 0, highStayed: 2 });
  assert.equal(outcomes.recent.highPrecision, 0.75);
  // Of nine pairs eight are in order, two of them by half: 0.8 that stayed is above none that went, and level with one.
  assert.ok(Math.abs((outcomes.recent.auc ?? 0) - 8.5 / 9) < 1e-12);
});

test('of a model that has scored nothing yet there is nothing to tell', async () => {
  const { model } = await readerOf(await storeWithShift(), 'churn/2.0.0').read();
  assert.deepEqual([model.hourMs, model.dailyScores, model.bandShares], [undefined, 0, undefined]);
  assert.ok(model.shift.features.every(({ psi }) => psi === undefined));
});

test('metrics show what was read, again and again, and below 500 series', async () => {
  const metrics = createMetrics();
  const own = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('churn_'));
  const show = createQualityMetrics(metrics);
  const report = await readerOf(await storeWithShift()).read();
  show(report);
  const once = own((await metrics.render()).text);
  show(report);
  const twice = own((await metrics.render()).text);
  assert.deepEqual(twice, once);
  const valueOf = (series: string): number =>
    Number(
      once
        .find((line) => line.startsWith(`${series} `))
        ?.split(' ')
        .at(-1),
    );
  assert.ok(valueOf(`churn_feature_shift_psi{model_version="${MODEL}",feature="mo_calls_7d"}`) > 0.5);
  assert.equal(valueOf(`churn_live_high_precision_ratio{model_version="${MODEL}"}`), 0.75);
  const gone = `churn_matured_predictions{model_version="${MODEL}",contacted="no",outcome="gone",band="high"}`;
  assert.equal(valueOf(gone), 3);
  assert.ok(once.length + 2 * FEATURES.length < 500);
});

function countHour(ledger: QualityLedger, hour: number, scores: number): void {
  const vectors = new Float32Array(FEATURES.length);
  const momentMs = (START_HOUR + hour) * HOUR_MS;
  for (let i = 0; i < scores; i++) {
    countDailyScore(ledger, layout, {
      ...{ modelVersion: MODEL, momentMs, vectors },
      ...{ at: 0, riskScore: 0.5, riskBand: 'low' },
    });
  }
}

test('hours that close between the reading of a record and that of stored hours are counted once', async () => {
  for (const closing of [1, 2, 3]) {
    const store = createMemoryPartitionStore(2);
    const ledgers = [newLedger(), newLedger()] as const;
    for (const [partition, ledger] of ledgers.entries()) {
      countHour(ledger, 0, 10);
      // The second partition is ahead, so that later hours of the first are looked for as well.
      countHour(ledger, 1 + 3 * partition, 100);
      await commit(store, partition, ledger);
    }
    const racing: typeof store = {
      ...store,
      async readQualityHours(partition, places) {
        if (partition === 0) {
          countHour(ledgers[0], 1, 1);
          for (let hour = 0; hour < closing; hour++) countHour(ledgers[0], 2 + hour, 5);
          await commit(store, 0, ledgers[0]);
        }
        return store.readQualityHours(partition, places);
      },
    };
    assert.equal((await readerOf(racing).read()).model.dailyScores, 220);
    assert.equal((await readerOf(store).read()).model.dailyScores, 220 + 1 + 5 * closing);
  }
});

test('whoever asks within seconds is told the same report, however many ask at once', async () => {
  let [nowMs, reads] = [0, 0];
  const store = await storeWithShift();
  const counted: typeof store = {
    ...store,
    readPosition(partition) {
      reads++;
      return reads === 1 ? Promise.reject(new Error('out')) : store.readPosition(partition);
    },
  };
  const quality = createQualityReader({
    ...{ store: counted, model: { modelVersion: MODEL, driftBaseline } },
    ...{ partitionCount: 2, timeZone: 'UTC', elapsedMs: () => nowMs },
  });
  // A read that failed is not kept.
  await assert.rejects(quality.read(), /out/);
  reads = 2;
  const [first, ...others] = await Promise.all(Array.from({ length: 50 }, () => quality.read()));
  nowMs = REPORT_KEPT_MS - 1;
  others.push(await quality.read());
  assert.ok(others.every((report) => report === first));
  assert.equal(reads, 4);
  nowMs = REPORT_KEPT_MS;
  assert.notEqual(await quality.read(), first);
  assert.equal(reads, 6);
});

test('matured predictions are shown as a gauge, for a version that is forgotten takes its own along', async () => {
  const metrics = createMetrics();
  const show = createQualityMetrics(metrics);
  const report = await readerOf(await storeWithShift()).read();
  show(report);
  assert.match((await metrics.render()).text, /# TYPE churn_matured_predictions gauge\nchurn_matured_predictions\{/);
  show({ ...report, versions: [] });
  assert.doesNotMatch((await metrics.render()).text, /churn_matured_predictions\{/);
});

test('GET /v1/model/quality tells the same', async (t) => {
  const quality = readerOf(await storeWithShift());
  const app = await createTestApp(t, createTestDesk(), { quality });
  const answer = await app.inject('/v1/model/quality');
  assert.equal(answer.statusCode, 200);
  const body = answer.json<{
    modelVersion: string;
    hour: string;
    shift: { features: { name: string; psi: number }[] };
  }>();
  assert.equal(body.modelVersion, MODEL);
  assert.equal(body.hour, new Date((START_HOUR + 239) * HOUR_MS).toISOString());
  const { shift } = (await quality.read()).model;
  assert.deepEqual(body.shift.features, shift.features);
});
