/**
 * The alarm on drift, on simulated customers through the real worker: how often it cries in thirty days without a change,
 * and how many hours of events it takes to find a shift of 0.25 PSI, feature by feature.
 *
 *     npx node test/bench/drift.bench.ts [subscribers] [features at most] [model directory]
 *
 * The baseline is made from the day before the thirty begin, in tenths. A shift multiplies one feature of every vector,
 * right before it is scored, by what makes 0.25 of that baseline; features that no factor shifts so far are left out.
 * Prints what a commit and a daily score cost, too.
 */
import { FEATURES } from '../../services/core/features/registry.ts';
import type { DriftBaseline } from '../../services/core/quality/drift-baseline.ts';
import { columnsOf, countVector, layoutOf } from '../../services/core/quality/drift-layout.ts';
import type { DriftLayout } from '../../services/core/quality/drift-layout.ts';
import { SHIFT_ALARM_PSI } from '../../services/core/quality/measure-drift.ts';
import { hoursLookedAt } from '../../services/core/quality/measure-quality.ts';
import { HOUR_MS, decodeQualityHour, placeOfHour } from '../../services/core/quality/quality-hour.ts';
import { decodeLedger, encodeLedger, newLedger } from '../../services/core/quality/quality-ledger.ts';
import type { QualityLedger } from '../../services/core/quality/quality-ledger.ts';
import { populationStability } from '../../services/core/quality/population-stability.ts';
import { loadPolicy } from '../../services/platform/policy/load-policy.ts';
import type { InputRecord, RiskModel } from '../../services/scorer/ports.ts';
import { createDriftWatch } from '../support/drift-watch.ts';
import type { DriftWatch } from '../support/drift-watch.ts';
import { createMemoryServer } from '../support/memory-partition-store.ts';
import type { MemoryPartitionStore, MemoryServer } from '../support/memory-partition-store.ts';
import { DEFAULT_POLICY } from './harness/bench-context.ts';
import { PARTITION, inputLog, openBench, simulatedOperator } from './simulated-worker.ts';

const DAY_MS = 24 * HOUR_MS;
/** Windows of ninety days are full, then a week to compare with. */
const SETTLED_DAYS = 92;
const REFERENCE_DAYS = 8;
const WATCHED_DAYS = 30;
const SLICE = 500;
const SHIFT_HOURS = [1.3, 9.7];
const WIDTH = FEATURES.length;

const [subscribers = '2000', most = '24', modelDirectory] = process.argv.slice(2);
const bench = await openBench(modelDirectory);
const log = [...inputLog(simulatedOperator(subscribers, String(SETTLED_DAYS + REFERENCE_DAYS + WATCHED_DAYS + 2)))];
const server = createMemoryServer();
const everyday = loadPolicy(DEFAULT_POLICY);
/** Only triggers and daily moments are scored: the scores in between are counted nowhere here and take most of the time. */
const policy = { ...everyday, scoring: { ...everyday.scoring, minimumIntervalMs: 1_000 * DAY_MS } };

const seen: Float32Array[] = [];
let isSettled = false;
const first = await bench.openWorker(
  { policy, model: watching(bench.model, (rows) => isSettled && seen.push(rows)) },
  server,
);
const startMs = await readUntil(first.worker, log, SETTLED_DAYS - 1);
isSettled = true;
await readUntil(first.worker, log, SETTLED_DAYS, startMs);
const baseline = baselineOf(seen);
const layout = layoutOf(baseline);

const { alarms, worst, ledger } = await watchThirtyDays();
print(`${bench.modelVersion}, ${subscribers} subscribers, ${baseline.features.length} features`);
print(`thirty days without a change, looked at every hour: ${alarms.length} alarms (threshold ${SHIFT_ALARM_PSI})`);
for (const alarm of alarms) {
  print(`  ${new Date(alarm.fromHour * HOUR_MS).toISOString()}: ${[...alarm.features].join(', ')}`);
}
print(`largest shifts: ${worst.map(([name, psi]) => `${name} ${psi.toFixed(3)}`).join(', ')}`);
printCosts(ledger);

const delays: number[] = [];
let missed = 0;
const shiftable = baseline.features.filter((feature) => factorOf(feature.index) !== undefined).slice(0, +most);
for (const { index, name } of shiftable) {
  for (const hours of SHIFT_HOURS) {
    const delay = await delayOf(index, hours);
    if (delay === undefined) missed++;
    else delays.push(delay);
    if (delay === undefined || delay > 6) print(`  ${name} from hour ${hours}: ${delay?.toFixed(1) ?? 'not found'}`);
  }
}
delays.sort((a, b) => a - b);
print(
  `shifts of 0.25 PSI: ${delays.length + missed}, found within 6 h: ${delays.filter((delay) => delay <= 6).length}, ` +
    `hours until found: median ${delays[delays.length >> 1]?.toFixed(1)}, most ${delays.at(-1)?.toFixed(1)}, not in 8 h: ${missed}`,
);
await bench.close();

interface Worker {
  process(records: readonly InputRecord[]): Promise<unknown>;
  nextOffset(): bigint;
  record(): { readonly time: { readonly watermarkMs: number | undefined }; readonly quality: string | undefined };
}

/** Reads on until event time has come that many days from the start. @returns the start. */
async function readUntil(
  worker: Worker,
  records: readonly InputRecord[],
  days: number,
  fromMs?: number,
): Promise<number> {
  let began = fromMs;
  for (let at = Number(worker.nextOffset()); at < records.length; at += SLICE) {
    await worker.process(records.slice(at, at + SLICE));
    const { watermarkMs } = worker.record().time;
    if (watermarkMs === undefined) continue;
    began ??= watermarkMs;
    if (watermarkMs - began >= days * DAY_MS) break;
  }
  return began ?? 0;
}

async function watchThirtyDays(): Promise<{
  readonly alarms: DriftWatch['alarms'];
  readonly worst: readonly (readonly [string, number])[];
  readonly ledger: QualityLedger;
}> {
  const { worker, store } = await bench.openWorker({ policy, driftBaseline: baseline }, server);
  await readUntil(worker, log, SETTLED_DAYS + REFERENCE_DAYS, startMs);
  const watch = createDriftWatch(layout);
  const largest = new Map<string, number>();
  let looked = 0;
  const look = async (): Promise<void> => {
    const hour = Math.floor((worker.record().time.watermarkMs ?? 0) / HOUR_MS);
    if (hour === looked) return;
    looked = hour;
    const shift = watch.look(await ledgerOf(worker, store));
    for (const { name, psi } of shift?.features ?? []) largest.set(name, Math.max(largest.get(name) ?? 0, psi ?? 0));
  };
  for (let day = 0; day < WATCHED_DAYS; day++) {
    const untilMs = startMs + (SETTLED_DAYS + REFERENCE_DAYS + day + 1) * DAY_MS;
    for (let at = Number(worker.nextOffset()); at < log.length; at += SLICE) {
      await worker.process(log.slice(at, at + SLICE));
      await look();
      if ((worker.record().time.watermarkMs ?? 0) >= untilMs) break;
    }
  }
  const worstOnes = [...largest].toSorted((a, b) => b[1] - a[1]).slice(0, 8);
  return { alarms: watch.alarms, worst: worstOnes, ledger: await ledgerOf(worker, store) };
}

/** What is stored, with the hours that are looked at. */
async function ledgerOf(worker: Worker, store: MemoryPartitionStore): Promise<QualityLedger> {
  const { quality } = worker.record();
  const found = quality === undefined ? newLedger() : decodeLedger(Uint8Array.fromBase64(quality));
  const places = hoursLookedAt(found.open?.hour ?? 0).map(placeOfHour);
  const values = await store.readQualityHours(PARTITION, places);
  found.closed = values.flatMap((value) => (value === undefined ? [] : [decodeQualityHour(value)]));
  return found;
}

/** Hours of events from the begin of a shift to the alarm. */
async function delayOf(index: number, afterHours: number): Promise<number | undefined> {
  const factor = factorOf(index) ?? 1;
  const fromMs =
    Math.floor(startMs / HOUR_MS) * HOUR_MS +
    HOUR_MS * (24 * (SETTLED_DAYS + REFERENCE_DAYS + WATCHED_DAYS) + 24 + afterHours);
  let isShifted = false;
  // Marks of progress come by the hour: moments are swept as they come, and so the shift begins with the next one.
  let beganMs = fromMs;
  const model: RiskModel = {
    ...bench.model,
    scoreBatch(rows, count) {
      if (isShifted) for (let i = 0; i < count; i++) rows[i * WIDTH + index] = (rows[i * WIDTH + index] ?? 0) * factor;
      return bench.model.scoreBatch(rows, count);
    },
  };
  const copy: MemoryServer = structuredClone(server);
  const { worker, store } = await bench.openWorker({ policy, model, driftBaseline: baseline }, copy);
  const watch = createDriftWatch(layout);
  for (let at = Number(worker.nextOffset()); at < log.length; at += SLICE / 2) {
    await worker.process(log.slice(at, at + SLICE / 2));
    const nowMs = worker.record().time.watermarkMs ?? 0;
    if (nowMs < fromMs) continue;
    if (!isShifted) {
      isShifted = true;
      beganMs = nowMs;
      continue;
    }
    const shift = watch.look(await ledgerOf(worker, store));
    const psi = shift?.features.find(({ name }) => name === FEATURES[index]?.name)?.psi ?? 0;
    if (psi > SHIFT_ALARM_PSI) return (nowMs - beganMs) / HOUR_MS;
    if (nowMs - beganMs > 8 * HOUR_MS) return undefined;
  }
  return undefined;
}

/** A factor that shifts a feature by 0.25 against its own histogram, found by halving. */
function factorOf(index: number): number | undefined {
  const position = baseline.features.findIndex((feature) => feature.index === index);
  const shifted = (factor: number): number => {
    const counts: number[] = [];
    const moved = new Float32Array(WIDTH);
    for (const row of seen) {
      moved[index] = (row[index] ?? Number.NaN) * factor;
      countVector(counts, layout, { vectors: moved, at: 0, riskScore: 0.5 });
    }
    const columns = padded(columnsOf(counts, layout, position));
    return populationStability(columns, baselineOfFeature(position), baseline.rows);
  };
  let [low, high] = [1, 64];
  if (shifted(high) < 0.3) return undefined;
  for (let step = 0; step < 30; step++) {
    const middle = Math.sqrt(low * high);
    if (shifted(middle) < 0.25) low = middle;
    else high = middle;
  }
  return Math.abs(shifted(high) - 0.25) < 0.02 ? high : undefined;
}

function baselineOfFeature(position: number): readonly number[] {
  const feature = baseline.features[position];
  return feature === undefined ? [] : [...feature.counts, feature.missing];
}

function padded(counts: readonly (number | undefined)[]): number[] {
  return Array.from(counts, (count) => count ?? 0);
}

function baselineOf(rows: readonly Float32Array[]): DriftBaseline {
  const features = FEATURES.flatMap(({ name }, index) => {
    const values = rows.map((row) => row[index] ?? Number.NaN);
    const known = values.filter((value) => !Number.isNaN(value)).toSorted((a, b) => a - b);
    const tenths = Array.from({ length: 9 }, (_, i) => known[Math.floor((known.length * (i + 1)) / 10)] ?? 0);
    const edges = Float32Array.from([...new Set(tenths)].filter((edge) => edge < (known.at(-1) ?? 0)));
    if (edges.length === 0) return [];
    const counts = Array.from({ length: edges.length + 1 }, () => 0);
    for (const value of known) {
      const bin = edges.findIndex((edge) => value <= edge);
      const at = bin < 0 ? edges.length : bin;
      counts[at] = (counts[at] ?? 0) + 1;
    }
    return [{ name, index, edges, counts, missing: values.length - known.length }];
  });
  const score = { edges: Float32Array.of(0.02, 0.05, 0.1, 0.2, 0.4), counts: [1, 1, 1, 1, 1, 1] };
  return { rows: rows.length, features, score };
}

function watching(model: RiskModel, onRow: (row: Float32Array) => unknown): RiskModel {
  return {
    ...model,
    scoreBatch(rows, count) {
      for (let i = 0; i < count; i++) onRow(rows.slice(i * WIDTH, (i + 1) * WIDTH));
      return model.scoreBatch(rows, count);
    },
  };
}

function printCosts(stored: QualityLedger): void {
  const rounds = 20_000;
  const [row = new Float32Array(WIDTH)] = seen;
  const counts = Array.from({ length: layout.width }, () => 0);
  const perScore = timeOf(rounds, () => {
    countVector(counts, layout satisfies DriftLayout, { vectors: row, at: 0, riskScore: 0.1 });
  });
  const perText = timeOf(rounds / 10, () => encodeLedger(stored).toBase64());
  print(
    `a daily score takes ${perScore.toFixed(1)} µs to count; the ledger has ${encodeLedger(stored).toBase64().length} ` +
      `characters and takes ${perText.toFixed(0)} µs to write, once per commit with daily scores`,
  );
}

/** CPU microseconds of one run. */
function timeOf(rounds: number, run: () => unknown): number {
  for (let i = 0; i < rounds / 10; i++) run();
  const before = process.cpuUsage();
  for (let i = 0; i < rounds; i++) run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / rounds;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
