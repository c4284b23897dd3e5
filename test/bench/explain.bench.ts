import os from 'node:os';
import { rawMargin } from '../../services/core/explain/score-tree.ts';
import { assembleTreeEnsemble } from '../../services/core/explain/tree-ensemble.ts';
import { createTreeExplainer } from '../../services/core/explain/tree-shap.ts';
import { randomForest, randomRows, seededRandom } from '../support/random-trees.ts';

/** Time per row of scoring and explaining. Random trees and rows are a hard case for branch prediction. */
const SHAPE = { trees: 200, leaves: 31, featureCount: 60 };
const ROWS = 2_048;
const RUNS = 5;

const random = seededRandom(1);
const forest = randomForest(random, SHAPE);
const rows = randomRows(random, forest, { count: ROWS, missingShare: 0.05 });
const row = (index: number): Float32Array =>
  rows.subarray(index * SHAPE.featureCount, (index + 1) * SHAPE.featureCount);

const ensemble = assembleTreeEnsemble(forest);
if (!ensemble.ok) throw new Error(ensemble.detail);
const explainer = createTreeExplainer(ensemble.value);
if (!explainer.ok) throw new Error(explainer.detail);
const contributions = new Float64Array(SHAPE.featureCount);

const jobs: readonly { readonly name: string; readonly run: () => void }[] = [
  {
    name: 'margin',
    run: () => {
      for (let index = 0; index < ROWS; index += 1) rawMargin(ensemble.value, row(index));
    },
  },
  {
    name: 'TreeSHAP',
    run: () => {
      for (let index = 0; index < ROWS; index += 1) explainer.value.explain(row(index), contributions);
    },
  },
];

console.log(
  `Node ${process.version}, ${os.availableParallelism()} cores, ${SHAPE.trees} trees x ${SHAPE.leaves} leaves,` +
    ` ${SHAPE.featureCount} features, ${ROWS} rows with 5 % missing, median of ${RUNS} runs after a warm-up`,
);
for (const { name, run } of jobs) {
  run();
  const costs = Array.from({ length: RUNS }, () => {
    const cpuBefore = process.cpuUsage();
    const startedMs = performance.now();
    run();
    const wallUs = (performance.now() - startedMs) * 1_000;
    return { wallUs: wallUs / ROWS, cpuUs: process.cpuUsage(cpuBefore).user / ROWS };
  });
  const wallUs = costs.map((cost) => cost.wallUs).sort((one, other) => one - other);
  const cpuUs = costs.map((cost) => cost.cpuUs).sort((one, other) => one - other);
  console.log(
    `${name.padEnd(30)} ${middle(wallUs).toFixed(1).padStart(8)} µs/row, CPU ${middle(cpuUs).toFixed(1).padStart(8)} µs/row` +
      `  (wall ${wallUs.map((value) => value.toFixed(1)).join(', ')})`,
  );
}

const singleUs = Array.from({ length: ROWS }, (_, index) => {
  const startedMs = performance.now();
  explainer.value.explain(row(index), contributions);
  return (performance.now() - startedMs) * 1_000;
}).sort((one, other) => one - other);
console.log(
  `TreeSHAP of single rows: p50 ${middle(singleUs).toFixed(0)} µs, p99 ${singleUs[Math.floor(ROWS * 0.99)]?.toFixed(0) ?? '?'} µs`,
);

function middle(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
