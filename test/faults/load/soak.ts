import { setTimeout as delay } from 'node:timers/promises';
import { people } from '../../support/regular-life.ts';
import { startRetention, startScorer } from '../../support/scorer-process.ts';
import { lagOf, untilSettled } from '../../support/installation-state.ts';
import { MODEL_DIRECTORY } from '../../bench/harness/bench-context.ts';
import { conclude, openBusyShop } from '../membership/shop-under-load.ts';
import { startSteadyLoad } from '../membership/steady-load.ts';
import type { FaultScenario, ScenarioContext, ScenarioResult } from '../scenario.ts';
import { startAsking, wrongAnswers } from './ask.ts';
import { readLoadSettings } from './config.ts';
import { memoryFigures, memoryTroubles, watchMemory } from './memory-watch.ts';
import { startSwapping } from './swap-models.ts';

const PARTITIONS = 4;
const RECORDS_PER_SECOND = 800;
const REQUESTS_PER_SECOND = 10;
const MOST_BYTES = 1_024 * 1_024 * 1_024;
/** As many as an hour brings where the model is loaded anew every minute; a shorter run does them in less time. */
const SWAPS = 60;
const LEAST_SWAPS = 0.5;
/** The C heap reaches its size within a hundred of them, by about 100 MiB, and keeps it for as many as come after. */
const WARM_UP_SWAPS = 120;
/** Of the time under load, before the first rest: code is compiled, caches reach their size. */
const WARM_UP_SHARE = 0.15;
const SIZES = {
  small: { seconds: 4, swaps: 4, warmUpSwaps: 1, subscribers: 12, restMs: 500 },
  full: { seconds: undefined, swaps: SWAPS, warmUpSwaps: WARM_UP_SWAPS, subscribers: 200, restMs: 45_000 },
} as const;

export const soak: FaultScenario = {
  name: 'soak',
  isAlone: true,
  promise: 'with steady traffic, steady questions and sixty model swaps the memory of every process stays flat',
  run: runSoak,
};

async function runSoak(context: ScenarioContext): Promise<ScenarioResult> {
  const { signal, size } = context;
  const { swaps, warmUpSwaps, subscribers, restMs, seconds = readLoadSettings().soakMinutes * 60 } = SIZES[size];
  const { shop, log } = await openBusyShop(context, { partitions: PARTITIONS, subscribers });
  const scorer = await startScorer(shop);
  const retention = await startRetention(shop);
  await untilSettled(shop);
  const asker = await startAsking({
    address: retention.address,
    paths: people(subscribers).map((id) => `/v1/subscribers/${id}/risk`),
    requestsPerSecond: REQUESTS_PER_SECOND,
    clients: 8,
    signal,
  });
  const swapEveryMs = (seconds * 1_000) / swaps;
  const swapper = await startSwapping({ directory: MODEL_DIRECTORY, swapEveryMs, warmUpSwaps }, signal);
  const services = [scorer, retention].map(({ name, process: { pid } }) => ({ name, pid }));
  const memory = watchMemory([...services, { name: 'the process that swaps', pid: swapper.pid }]);

  let sent = 0;
  for (const share of [WARM_UP_SHARE, 1 - WARM_UP_SHARE]) {
    const load = startSteadyLoad(shop, log, { recordsPerSecond: RECORDS_PER_SECOND, signal });
    const endMs = performance.now() + seconds * share * 1_000;
    while (performance.now() < endMs) {
      await delay(Math.min(5_000, Math.max(endMs - performance.now(), 0)), undefined, { signal });
      const leftS = Math.round((endMs - performance.now()) / 1_000);
      context.progress(`${leftS} s left until a rest, ${await lagOf(shop)} records behind`);
    }
    await load.stop();
    sent += load.sent();
    await untilSettled(shop);
    swapper.rest();
    await memory.rest(restMs, signal);
    swapper.goOn();
  }
  const courses = await memory.stop();
  const scored = await swapper.stop();
  const asked = await asker.stop();
  return conclude(
    shop,
    {
      injected: { 'models swapped': scored.swaps, 'events sent': sent, 'requests made': asked.answered.count },
      differences: [
        ...wrongAnswers(asked),
        // On a busy machine a swap may take longer than its turn.
        ...(scored.swaps >= swaps * LEAST_SWAPS ? [] : [`only ${scored.swaps} of ${swaps} swaps were made`]),
        ...(scored.differing === 0 ? [] : [`${scored.differing} batches were scored otherwise after a swap`]),
        ...memoryTroubles(courses, MOST_BYTES, size === 'full'),
      ],
      measured: {
        'duration, s': seconds,
        'vectors scored while swapping': scored.scored,
        'answered p99, ms': asked.answered.p99Ms ?? 0,
        ...memoryFigures(courses),
      },
    },
    {},
  );
}
