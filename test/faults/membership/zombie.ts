import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { seededRandom } from '../../../models/pipeline/stand-in/random-trees.ts';
import { sendRecords } from '../../support/installation-log.ts';
import { partitionRecordsOf, untilSettled } from '../../support/installation-state.ts';
import { people } from '../../support/regular-life.ts';
import { startScorer } from '../../support/scorer-process.ts';
import type { RunningService } from '../../support/scorer-process.ts';
import { until } from '../../support/until.ts';
import type { FaultScenario, ScenarioContext, ScenarioResult } from '../scenario.ts';
import { take } from './lives-with-silences.ts';
import { assignmentsOf } from './log-counts.ts';
import { placesOf } from './places-of.ts';
import { rushOfComplaints } from './rush-of-complaints.ts';
import { conclude, openBusyShop } from './shop-under-load.ts';
import type { BusyShop } from './shop-under-load.ts';

const PARTITIONS = 2;
const SUBSCRIBERS = 40;
/** Of each subscriber: enough together to be in work for some time. */
const COMPLAINTS = 400;
/** From the first commit of a rush to the freeze, at most: by chance, so that it falls anywhere between two commits. */
const FREEZE_WITHIN_MS = 200;
/** Still before the owner when it is frozen. */
const LEAST_LAG = 500n;
/** A few days of everybody. */
const SAMPLE_RECORDS = 3_000;
const ANOTHER = 'another instance';
const REFUSED = 'churn_commits_refused_total';
const WATERMARK = 'churn_watermark_seconds';
/** A freeze may fall between two commits; then nothing has to be refused, and it is done again. */
const SIZES = { small: { refusals: 1, tries: 12 }, full: { refusals: 3, tries: 15 } } as const;

export const zombie: FaultScenario = {
  name: 'zombie',
  promise: 'an owner frozen in the midst of its work, beyond its session, is refused its first commit when it wakes up',
  run: freezeOwners,
};

async function freezeOwners(context: ScenarioContext): Promise<ScenarioResult> {
  const { refusals, tries } = SIZES[context.size];
  const busy = await openBusyShop(context, { partitions: PARTITIONS, subscribers: SUBSCRIBERS });
  const { shop } = busy;
  const scorers = await Promise.all([startScorer(shop), startScorer(shop)]);
  const [sleeper, witness] = scorers;
  const random = seededRandom(context.seed);
  const differences: string[] = [];
  let [frozen, idle, refused] = [0, 0, 0];
  while (refused < refusals && frozen + idle < tries && !context.signal.aborted) {
    await untilShared(busy, scorers);
    if (!(await freezeInMidst(busy, sleeper, random() * FREEZE_WITHIN_MS))) {
      idle++;
      continue;
    }
    frozen++;
    differences.push(...(await sleepThroughTakeOver(busy, sleeper)));
    refused = await sleeper.metric(REFUSED);
    context.progress(`${refused} commits refused of ${frozen} times frozen`);
  }
  if (refused < refusals) differences.push(`of ${frozen} frozen owners ${refused} were refused a commit`);
  const takeOvers = await takeOverUntilRefused(busy, [sleeper, witness], tries);
  differences.push(...takeOvers.differences);
  return conclude(
    shop,
    {
      injected: { 'frozen in the midst of work': frozen, 'taken over behind its back': takeOvers.times },
      differences,
      measured: { 'commits of zombies refused': refused, 'frozen too late to be in work': idle },
    },
    { orders: false },
  );
}

/** Waits until each works on a partition of its own: good members of the group, both of them. */
async function untilShared({ shop, log }: BusyShop, scorers: readonly RunningService[]): Promise<void> {
  await until('each scorer works on a partition', async () => {
    await sendRecords(shop, take(log, SAMPLE_RECORDS));
    await untilSettled(shop);
    const owned = await Promise.all(scorers.map(partitionsOf));
    return owned.every((partitions) => partitions.length === 1);
  });
}

/** Partitions that a scorer has worked on since the group last assigned them. */
async function partitionsOf(scorer: RunningService): Promise<number[]> {
  const owned: number[] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    if ((await scorer.metric(WATERMARK, { partition: String(partition) })) > 0) owned.push(partition);
  }
  return owned;
}

/**
 * Stops the process in the midst of a rush, a time after the first commit of it.
 *
 * @returns false where it was through by then; it runs on.
 */
async function freezeInMidst({ shop, log }: BusyShop, sleeper: RunningService, afterMs: number): Promise<boolean> {
  const [owned = 0] = await partitionsOf(sleeper);
  const before = (await placesOf(shop))[owned];
  const [{ occurredAtMs } = { occurredAtMs: 0 }] = take(log, 1);
  // Asleep for a moment, so that all of it waits when the work begins.
  sleeper.process.signal('SIGSTOP');
  await sendRecords(shop, rushOfComplaints(people(SUBSCRIBERS), occurredAtMs, COMPLAINTS));
  sleeper.process.signal('SIGCONT');
  await until('the owner is at work', async () => (await placesOf(shop))[owned]?.next !== before?.next);
  await delay(afterMs);
  sleeper.process.signal('SIGSTOP');
  const { lag = 0n } = (await placesOf(shop))[owned] ?? {};
  if (lag >= LEAST_LAG) return true;
  sleeper.process.signal('SIGCONT');
  return false;
}

/** Wakes a frozen owner up after another has done all of its work, and sees what it does then. */
async function sleepThroughTakeOver({ shop }: BusyShop, sleeper: RunningService): Promise<string[]> {
  await untilSettled(shop);
  const before = await partitionRecordsOf(shop);
  const assignments = assignmentsOf(sleeper);
  sleeper.process.signal('SIGCONT');
  await until('the sleeper is a member again', async () => {
    return assignmentsOf(sleeper) > assignments && (await sleeper.isReady());
  });
  const isUntouched = isDeepStrictEqual(await partitionRecordsOf(shop), before);
  return isUntouched ? [] : ['a scorer that woke up changed what its successor had committed'];
}

/** A group that assigns anew just then hides a take-over: nothing is refused, and it is done again. */
async function takeOverUntilRefused(
  busy: BusyShop,
  scorers: readonly RunningService[],
  tries: number,
): Promise<{ readonly times: number; readonly differences: string[] }> {
  for (let times = 1; times <= tries; times++) {
    await untilShared(busy, scorers);
    const assigned = (): number => scorers.reduce((sum, scorer) => sum + assignmentsOf(scorer), 0);
    const before = assigned();
    const differences = await takeOverBehindItsBack(busy, scorers);
    if (assigned() === before) return { times, differences };
  }
  return { times: tries, differences: [`the group assigned anew at each of ${tries} take-overs`] };
}

/** Does what a new owner does first. The group knows nothing of it: as to a zombie, nobody tells the instance. */
async function takeOverBehindItsBack({ shop, log }: BusyShop, scorers: readonly RunningService[]): Promise<string[]> {
  const refusedOf = async (): Promise<number> => {
    const counts = await Promise.all(scorers.map((scorer) => scorer.metric(REFUSED)));
    return counts.reduce((sum, count) => sum + count, 0);
  };
  const before = await refusedOf();
  await shop.store.acquire(0, ANOTHER);
  await sendRecords(shop, take(log, SAMPLE_RECORDS));
  await untilSettled(shop);
  const refused = (await refusedOf()) - before;
  const differences = refused === 1 ? [] : [`after a take-over behind its back ${refused} commits were refused, not 1`];
  const { owner } = (await placesOf(shop))[0] ?? {};
  return owner === ANOTHER ? [...differences, 'the partition was not taken back'] : differences;
}
