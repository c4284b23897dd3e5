/** Scores all the time, and swaps its model for one that is opened anew, as often as it is told. */
import { setTimeout as delay } from 'node:timers/promises';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { Value } from 'typebox/value';
import { FEATURE_NAMES } from '../../../services/core/features/registry.ts';
import { openRiskModel } from '../../../services/platform/onnx/risk-model.ts';
import type { LoadedRiskModel } from '../../../services/platform/onnx/risk-model.ts';
import { seededRandom } from '../../../models/pipeline/stand-in/random-trees.ts';
import { readArgument, tellParent } from '../../bench/harness/child.ts';

const ROWS = 64;
/** Of the time: a service has other things to do, and so has the machine. */
const WORKING_SHARE = 0.1;
const RESTING_LOOK_MS = 100;
const Told = Type.Object({ type: Type.Union([Type.Literal('rest'), Type.Literal('go on'), Type.Literal('stop')]) });

const { directory, swapEveryMs, warmUpSwaps } = readArgument(
  Type.Object({ directory: Type.String(), swapEveryMs: Type.Number(), warmUpSwaps: Type.Number() }),
);
const random = seededRandom(1);
const rows = Float32Array.from({ length: ROWS * FEATURE_NAMES.length }, () => random() * 100);
let told: Static<typeof Told>['type'] = 'go on';
process.on('message', (message: unknown) => {
  told = Value.Parse(Told, message).type;
});
const toldOf = (): typeof told => told;
let model = await openRiskModel(directory);
const expected = await model.scoreBatch(rows, ROWS);
let [swaps, scored, differing] = [0, 0, 0];
while (swaps < warmUpSwaps) await swap();
swaps = 0;
let swapAtMs = performance.now() + swapEveryMs;
tellParent({ type: 'scoring', pid: process.pid });
while (toldOf() !== 'stop') {
  if (toldOf() === 'rest') {
    await delay(RESTING_LOOK_MS);
    swapAtMs += RESTING_LOOK_MS;
    continue;
  }
  if (performance.now() >= swapAtMs) {
    await swap();
    swapAtMs += swapEveryMs;
  }
  const startedAtMs = performance.now();
  await score(model);
  const restMs = (performance.now() - startedAtMs) * (1 / WORKING_SHARE - 1);
  await delay(restMs);
}
await model.close();
tellParent({ type: 'scored', swaps, scored, differing });
process.disconnect?.();

/** The former one is closed while a batch of its own is under way, as it would be in a service. */
async function swap(): Promise<void> {
  const former = model;
  const underWay = score(former);
  model = await openRiskModel(directory);
  swaps++;
  await Promise.all([former.close(), underWay]);
}

async function score(current: LoadedRiskModel): Promise<void> {
  const scores = await current.scoreBatch(rows, ROWS);
  scored += ROWS;
  if (scores.some((value, i) => value !== expected[i])) differing++;
}
