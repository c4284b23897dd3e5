import { WORK_ORDER_PATH } from '../../../services/retention/tmf/tmf-urls.ts';
import type { Installation } from '../../support/installation.ts';
import { lagOf } from '../../support/installation-state.ts';
import { until } from '../../support/until.ts';
import type { FaultScenario, ScenarioContext, ScenarioResult, ScenarioSize } from '../scenario.ts';
import { completeHalves, sendHalves, untouchedOrders } from './half-sent-changes.ts';
import { startCallers } from './http-callers.ts';
import { partitionsHeld, startPair, takenOver } from './service-pair.ts';
import type { RunningPair } from './service-pair.ts';
import { tooLong } from '../too-long.ts';
import { conclude, openBusyShop } from './shop-under-load.ts';
import { startSteadyLoad } from './steady-load.ts';
import { watchReadiness } from './watch-readiness.ts';

const PARTITIONS = 4;
const CLIENTS = 8;
const PATHS = ['/v1/risks?band=high&limit=20', `${WORK_ORDER_PATH}/workOrder?limit=10`, '/v1/feeds'];
const HALF_SENT = 4;
const STOP_WITHIN_MS = 10_000;
const TAKE_OVER_WITHIN_MS = 10_000;
/** The service goes on for 1 s when it has said that it is not ready, and cuts what is left 2 s later. */
const HEARD_WITHIN_MS = 800;
const COMPLETED_WITHIN_MS = 2_500;
/** Looks at readiness that are further apart may miss that it was denied. */
const LOOKED_WITHIN_MS = 60;
/** While it starts to be too much, some are told to come again. */
const ANSWERS: readonly (number | undefined)[] = [200, 503];
const SIZES = {
  small: { rounds: 1, recordsPerSecond: 300, subscribers: 24 },
  full: { rounds: 2, recordsPerSecond: 1_000, subscribers: 100 },
} as const;

export const stopUnderLoad: FaultScenario = {
  name: 'stop-under-load',
  isAlone: true,
  promise:
    'SIGTERM under load: not ready first, each request under way answered, exit code 0 within 10 s, and others go on at once',
  run: stopUnderTraffic,
};

async function stopUnderTraffic(context: ScenarioContext): Promise<ScenarioResult> {
  const { rounds, recordsPerSecond, subscribers } = SIZES[context.size];
  const { shop, log } = await openBusyShop(context, { partitions: PARTITIONS, subscribers });
  let pair = await startPair(shop);
  const load = startSteadyLoad(shop, log, { recordsPerSecond, signal: context.signal });
  const totals = { calls: 0, halfSent: 0, notJudged: 0, longestStopMs: 0, longestTakeOverMs: 0 };
  const differences: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const successor = await startPair(shop);
    await untilWorkIsShared(shop, pair, recordsPerSecond);
    const stop = await stopOne(shop, pair, successor, context.size);
    differences.push(...stop.differences);
    totals.calls += stop.calls;
    totals.halfSent += stop.halfSent;
    totals.notJudged += stop.notJudged;
    totals.longestStopMs = Math.max(totals.longestStopMs, stop.longestStopMs);
    totals.longestTakeOverMs = Math.max(totals.longestTakeOverMs, stop.takeOverMs);
    pair = successor;
    context.progress(`${round + 1} of ${rounds} stopped`);
  }
  await load.stop();
  return conclude(
    shop,
    {
      injected: {
        'scorers stopped': rounds,
        'retention services stopped': rounds,
        'requests under way': totals.halfSent,
      },
      differences,
      measured: {
        'requests made': totals.calls,
        'left open, for the test itself came too late': totals.notJudged,
        'longest stop, s': totals.longestStopMs / 1_000,
        'longest take-over, s': totals.longestTakeOverMs / 1_000,
      },
    },
    {},
  );
}

/** Waits until there is little lag, enough orders to change, and each has partitions of its own. */
async function untilWorkIsShared(shop: Installation, pair: RunningPair, recordsPerSecond: number): Promise<void> {
  await until('the lag is made up', async () => (await lagOf(shop)) < recordsPerSecond);
  await until('there are orders to change', async () => (await untouchedOrders(shop)).length >= HALF_SENT);
  await until('partitions are shared', async () => {
    const counts = await Promise.all([partitionsHeld(pair.scorer), partitionsHeld(pair.retention)]);
    return counts.every((count) => count > 0);
  });
}

interface Stop {
  readonly differences: readonly string[];
  readonly calls: number;
  readonly halfSent: number;
  readonly notJudged: number;
  readonly longestStopMs: number;
  readonly takeOverMs: number;
}

/**
 * Ends a pair under traffic that goes elsewhere as soon as it is told to, as a load balancer's does. A small run on a slow
 * machine may hear it too late itself, and then leaves open what it cannot tell.
 */
async function stopOne(
  shop: Installation,
  leaving: RunningPair,
  staying: RunningPair,
  size: ScenarioSize,
): Promise<Stop> {
  const readiness = [leaving.scorer.operations, leaving.retention.operations, leaving.api].map((address) =>
    watchReadiness(`${address}/readyz`),
  );
  const callers = startCallers(leaving.api, PATHS, CLIENTS);
  const halves = await sendHalves(shop, leaving.api, HALF_SENT);
  const askedAtMs = performance.now();
  const isInTime = (withinMs: number): boolean => size === 'full' || performance.now() - askedAtMs < withinMs;
  const stopping = Promise.all([leaving.scorer.stopped(), leaving.retention.stopped()]);
  await Promise.all(readiness.map((watch) => watch.untilNotReady()));
  const hasHeard = isInTime(HEARD_WITHIN_MS);
  const calls = await callers.stop();
  // Only now: they outlast the port on which they came.
  await readiness.at(-1)?.untilClosed();
  const { done, unanswered, undone } = await completeHalves(shop, halves);
  const hasCompleted = isInTime(COMPLETED_WITHIN_MS);
  const ends = await stopping;
  const takeOver = await takenOver(staying, PARTITIONS);
  const closed = await Promise.all(readiness.map((watch) => watch.untilClosed()));
  const names = ['the scorer', 'retention', 'the API'];
  const found = [
    ...unanswered.map((words) => ({ words, isSure: hasCompleted })),
    ...(done > 0 ? [] : [{ words: 'no change under way was done', isSure: hasCompleted }]),
    ...calls
      .filter(({ status }) => !ANSWERS.includes(status))
      .map(({ status, code }) => ({ words: `answered with ${status ?? code}`, isSure: hasHeard })),
    ...closed.flatMap(({ notReadyAtMs, unseenMs }, i) => {
      const isSure = size === 'full' || unseenMs < LOOKED_WITHIN_MS;
      return notReadyAtMs === undefined ? [{ words: `${names[i]} closed while ready`, isSure }] : [];
    }),
  ];
  return {
    differences: [
      ...found.filter(({ isSure }) => isSure).map(({ words }) => words),
      ...undone,
      ...ends.filter(({ how }) => how !== 'exit code 0').map(({ how }) => `ended with ${how} at SIGTERM`),
      ...tooLong(size, 'stopping', Math.max(...ends.map(({ afterMs }) => afterMs)), STOP_WITHIN_MS),
      ...tooLong(size, 'taking over', takeOver, TAKE_OVER_WITHIN_MS),
    ],
    calls: calls.length,
    halfSent: halves.length,
    notJudged: found.filter(({ isSure }) => !isSure).length,
    longestStopMs: Math.max(...ends.map(({ afterMs }) => afterMs)),
    takeOverMs: takeOver,
  };
}
