import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { rawMargin } from '../../services/core/explain/score-tree.ts';
import type { TreeEnsemble } from '../../services/core/explain/tree-ensemble.ts';
import { createTreeExplainer } from '../../services/core/explain/tree-shap.ts';
import { FEATURE_NAMES } from '../../services/core/features/registry.ts';
import { openModelBundle } from '../../services/platform/onnx/bundle.ts';
import { FEATURE_SCHEMA_SHA256, openRiskModel } from '../../services/platform/onnx/risk-model.ts';
import { drawRows, readGoldenLines, shippedBundle } from '../support/golden-rows.ts';
import { seededRandom } from '../../models/pipeline/stand-in/random-trees.ts';

/**
 * What one row costs under a bundle: a score by the walker and by the session, its contributions, its reasons; and the
 * contributions by LightGBM and by Python's shap on the same rows and trees, where a Python that has them is given.
 * On a machine that others use too, wall time tells mostly of them: so each row also runs five times and its best counts,
 * which leaves what the row itself costs; and the thread's own CPU time is given, as a mean, because its clock is coarse.
 */
const { values: options } = parseArgs({
  options: {
    bundle: { type: 'string', default: shippedBundle() },
    python: { type: 'string', default: path.resolve('.local/training/venv/bin/python') },
    rows: { type: 'string', default: '2000' },
  },
});
const ROWS = Number(options.rows);
const WARM_UP = 500;
const PEER_ROWS = 200;
const BEST_OF = 5;

const golden = readGoldenLines(options.bundle);
const rows = drawRows(seededRandom(1), golden, { count: ROWS, missingShare: 0.05 });
const bundle = await openModelBundle(options.bundle, {
  featureNames: FEATURE_NAMES,
  featureSchemaSha256: FEATURE_SCHEMA_SHA256,
});
const model = await openRiskModel(options.bundle);
const { ensemble } = bundle;
const width = ensemble.featureCount;
const row = (index: number): Float32Array => rows.subarray(index * width, (index + 1) * width);
const explainer = createTreeExplainer(ensemble);
if (!explainer.ok) throw new Error(explainer.detail);
const { explain } = explainer.value;
const contributions = new Float64Array(width);

console.log(
  `Node ${process.version}, ${os.availableParallelism()} cores, load ${os.loadavg()[0]?.toFixed(1) ?? '?'};` +
    ` ${bundle.modelVersion}: ${ensemble.roots.length} trees, ${ensemble.featureIndex.length} nodes;` +
    ` ${ROWS} rows with 5 % missing after ${WARM_UP} to warm up`,
);
console.log(
  ''.padEnd(46) +
    ['CPU mean', 'wall median', 'wall p99', 'best p99'].map((head) => head.padStart(12)).join('') +
    '  µs/row',
);

await measure('walker, one row', (index) => rawMargin(ensemble, row(index)));
await measure('session, one row', (index) => bundle.scoreBatch(row(index).slice(), 1));
await measure('TreeSHAP', (index) => explain(row(index), contributions));
await measure('TreeSHAP and sentences', (index) => model.explain(row(index)));
await measure('why did it change', (index) => model.explainChange(row(index), row((index + 1) % ROWS)));
await comparePeers(options.python);
await bundle.close();
await model.close();

async function measure(name: string, run: (index: number) => unknown): Promise<void> {
  for (let index = 0; index < WARM_UP; index += 1) await run(index % ROWS);
  const before = process.threadCpuUsage();
  const first = await timesOf(run);
  const { user, system } = process.threadCpuUsage(before);
  const bestUs = [...first];
  for (let round = 1; round < BEST_OF; round += 1) {
    const again = await timesOf(run);
    for (const [index, time] of again.entries()) bestUs[index] = Math.min(bestUs[index] ?? time, time);
  }
  printRow(name, [(user + system) / ROWS, quantile(first, 0.5), quantile(first, 0.99), quantile(bestUs, 0.99)]);
}

/** Wall time of each row in microseconds. */
async function timesOf(run: (index: number) => unknown): Promise<number[]> {
  const timesUs: number[] = [];
  for (let index = 0; index < ROWS; index += 1) {
    const startedMs = performance.now();
    const result = run(index);
    if (result instanceof Promise) await result;
    timesUs.push((performance.now() - startedMs) * 1_000);
  }
  return timesUs;
}

function printRow(name: string, numbers: readonly number[]): void {
  console.log(name.padEnd(46) + numbers.map((value) => value.toFixed(value < 10 ? 1 : 0).padStart(12)).join(''));
}

/** Gives the same trees and rows to Python, compares what comes back, and prints its times beside ours. */
async function comparePeers(python: string): Promise<void> {
  if (!existsSync(python)) {
    console.log(`LightGBM and shap: not measured, there is no ${python} (--python names another)`);
    return;
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), 'explain-peers-'));
  try {
    const peerRows = rows.subarray(0, PEER_ROWS * width);
    const ours = new Float64Array(PEER_ROWS * (width + 1));
    for (let index = 0; index < PEER_ROWS; index += 1) {
      const { base } = explain(row(index), contributions);
      ours.set(contributions, index * (width + 1));
      ours[index * (width + 1) + width] = base;
    }
    await writeFile(path.join(folder, 'trees.json'), JSON.stringify(plainTrees(ensemble)));
    await writeFile(path.join(folder, 'rows.f32'), peerRows);
    await writeFile(path.join(folder, 'ours.f64'), ours);
    const script = path.join(import.meta.dirname, 'explain-peers.py');
    const { status, stdout, stderr } = spawnSync(python, [script, folder], { encoding: 'utf8' });
    console.log(status === 0 ? stdout.trimEnd() : `LightGBM and shap: not measured, ${stderr.trim()}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function plainTrees({ cover, ...trees }: TreeEnsemble): object {
  const arrays = {
    roots: trees.roots,
    feature: trees.featureIndex,
    threshold: trees.threshold,
    child: trees.trueChild,
  };
  const more = { missingIsTrue: trees.missingIsTrue, leaf: trees.leafValue, cover: cover ?? new Float64Array() };
  const { featureCount, baseValue, scale, offset } = trees;
  const lists = Object.entries({ ...arrays, ...more }).map(([name, array]) => [name, Array.from(array)] as const);
  return { ...Object.fromEntries(lists), featureCount, baseValue, scale, offset };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
