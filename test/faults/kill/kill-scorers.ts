import { setTimeout as delay } from 'node:timers/promises';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { sendRecords } from '../../support/installation-log.ts';
import { countsOf, lagOf, settledEvents, untilSettled } from '../../support/installation-state.ts';
import { ownStack } from '../../support/own-stack.ts';
import { startRetention } from '../../support/scorer-process.ts';
import type { FaultScenario, ScenarioContext, ScenarioResult } from '../scenario.ts';
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import { judge } from '../verdict/judge.ts';
import { chunksOf } from './chunks-of.ts';
import { compareFeatures } from './compare-features.ts';
import { createDeaths } from './deaths.ts';
import type { Deaths } from './deaths.ts';
import { TIME_ZONE, disorderlyOperator } from './disorderly-operator.ts';
import type { DisorderlyOperator } from './disorderly-operator.ts';
import { dieInTurn } from './die-in-turn.ts';
import { drawFates } from './fates.ts';
import { startMortal } from './mortal-service.ts';
import { SCORER_POINTS } from './points/kill-points.ts';

const MAIN = 'services/scorer/main.ts';
const SCORERS = 3;
const SETTLED_WITHIN_MS = 600_000;
const LOOK_AGAIN_MS = 50;
/** What is fed ahead of the deaths that it belongs to, so that whoever runs has something to do. */
const FED_AHEAD_DEATHS = 2;
const CHUNKS_PER_DEATH = 10;

const SIZES = {
  small: { subscribers: 66, days: 70, partitions: 3, warmUpDays: 7, quietDays: 4 },
  full: { subscribers: 3_300, days: 72, partitions: 6, warmUpDays: 7, quietDays: 6 },
} as const;
const WORST_POINTS = ['commit sent', 'commit answered', 'before produce', 'produce sent', 'before trim'] as const;
const KILLS = {
  small: { points: WORST_POINTS, atPoints: WORST_POINTS.length, fromOutside: 3 },
  full: { points: SCORER_POINTS, atPoints: 50, fromOutside: 50 },
} as const;
/** Smaller than usual: more commits, so more places to die between. */
const SETTINGS = { CHURN_COMMIT_LIMIT: '300' };

export const killScorers: FaultScenario = {
  name: 'kill-scorers',
  promise:
    'scorers killed again and again, at any moment and at the worst ones, come to what one undisturbed run gives, and tell ' +
    'it in its order',
  async run(context) {
    const { subscribers, days, partitions, warmUpDays, quietDays } = SIZES[context.size];
    const stack = await ownStack(context);
    await Promise.all([stack.startKafka(), stack.startRedis()]);
    const shop = await openInstallation(context, {
      stack: stack.address,
      partitions,
      quietDays,
      policy: { timeZone: TIME_ZONE, warmUpDays },
    });
    const operator = disorderlyOperator({ seed: context.seed, subscribers, days });
    await startRetention(shop);

    const startedAtMs = performance.now();
    const storm = await killWhileFed(shop, operator, context);
    context.progress('the survivors finish');
    await Promise.all(Array.from({ length: SCORERS }, () => startMortal(shop, MAIN, { settings: SETTINGS })));
    await untilSettled(shop, SETTLED_WITHIN_MS);
    const seconds = (performance.now() - startedAtMs) / 1_000;

    context.progress('comparing with an undisturbed run');
    const verdict = await judge(shop, await expectedOutcome(shop));
    context.progress('comparing with the raw events');
    const features = await compareFeatures(shop, operator);
    return {
      ...verdict,
      injected: storm.deaths.injected('a scorer'),
      compared: { ...verdict.compared, "subscribers' features with the raw events": features.subscribers },
      differences: [...verdict.differences, ...features.differences, ...storm.deaths.missingOf(storm.planned)],
      measured: {
        ...verdict.measured,
        events: operator.size.events,
        'events settled while killed': storm.settled,
        'seconds of killing': storm.seconds,
        seconds,
        'events/s, kills included': operator.size.events / seconds,
      },
    } satisfies ScenarioResult;
  },
};

interface Storm {
  readonly planned: number;
  readonly deaths: Deaths;
  /** Until the last death, and the events that were settled by then. */
  readonly seconds: number;
  readonly settled: number;
}

/** Three at a time work until they die, and are followed by others, while the log flows in. */
async function killWhileFed(
  shop: Installation,
  operator: DisorderlyOperator,
  context: ScenarioContext,
): Promise<Storm> {
  const fates = drawFates({ seed: context.seed, ...KILLS[context.size] });
  const planned = fates.length;
  const deaths = createDeaths();
  const startedAtMs = performance.now();
  let isOver = false;
  const dying = (async () => {
    try {
      await Promise.all(
        Array.from({ length: SCORERS }, () =>
          dieInTurn({ shop, main: MAIN, settings: SETTINGS, fates, deaths, context }),
        ),
      );
    } finally {
      isOver = true;
    }
    const seconds = (performance.now() - startedAtMs) / 1_000;
    return { planned, deaths, seconds, settled: settledEvents(await countsOf(shop)) };
  })();
  const shareDue = (): number => (isOver ? 1 : (deaths.total() + FED_AHEAD_DEATHS) / planned);
  const chunkRecords = Math.ceil(operator.size.records / planned / CHUNKS_PER_DEATH);
  const [storm] = await Promise.all([dying, feedInStep(shop, operator, chunkRecords, shareDue)]);
  return storm;
}

/**
 * Sends the log in step with the deaths, so that it flows as long as they last, and a little more whenever everything
 * is worked up: a process that is to die in its work must get some.
 *
 * @param shareDue share (0–1) of the log that is to be sent by now.
 */
async function feedInStep(
  shop: Installation,
  { log, size }: DisorderlyOperator,
  chunkRecords: number,
  shareDue: () => number,
): Promise<void> {
  let sent = 0;
  for (const chunk of chunksOf(log(), chunkRecords)) {
    while (sent > size.records * shareDue() && (await lagOf(shop)) > 0) await delay(LOOK_AGAIN_MS);
    await sendRecords(shop, chunk);
    sent += chunk.length;
  }
}
