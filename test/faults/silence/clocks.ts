import { setTimeout as delay } from 'node:timers/promises';
import type { KeptProcess } from '../../../deploy/local/keep-process.ts';
import type { PartitionCounts } from '../../../services/core/partition/partition-record.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation, InstallationOptions } from '../../support/installation.ts';
import { recordsOf } from '../../support/installation-log.ts';
import { dropFile, feedFolderOf, isFileDone, startIntake } from '../../support/intake-process.ts';
import type { IntakeSummary, RunningIntake } from '../../support/intake-process.ts';
import { countsOf, untilSettled } from '../../support/installation-state.ts';
import { startRetention, startScorer } from '../../support/scorer-process.ts';
import { until } from '../../support/until.ts';
import { stackFor } from '../membership/shop-under-load.ts';
import type { FaultScenario, ScenarioContext, ScenarioResult } from '../scenario.ts';
import { differing, tell } from '../verdict/difference.ts';
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import type { ExpectedOutcome } from '../verdict/expected-outcome.ts';
import { judge } from '../verdict/judge.ts';
import { LONGEST_AGO_MS, callFeed, callsOfDay, callsOfThisMoment } from './call-files.ts';
import type { CallFile } from './call-files.ts';
import { heldAgainstTheClock } from './clock/held-against-clock.ts';
import { openWrongClock } from './clock/wrong-clock.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FEED = 'voice';
const DAYS = 16;
const SILENT_FROM_DAY = 6;
/** Longer than the consumer groups' sessions, which a client that counts by the clock of the host lets run out. */
const HELD_MS = 8_000;
/** Ahead, back by two hours, right again; each is held for a while. */
const SHIFTS_MS = [HOUR_MS, -HOUR_MS, 0];
/** While rows of this very moment come, by clocks that are an hour ahead of them, then an hour behind. */
const SHIFTS_NOW_MS = [HOUR_MS, -HOUR_MS];
/** Intake has looked at a new file by then, and waits whether it still changes. */
const SEEN_AFTER_MS = 1_500;
const SIZES = {
  small: { callers: 40, shiftsMs: SHIFTS_MS.slice(0, 2), shiftsNowMs: SHIFTS_NOW_MS },
  full: {
    callers: 400,
    shiftsMs: [...SHIFTS_MS, ...SHIFTS_MS, ...SHIFTS_MS],
    shiftsNowMs: [...SHIFTS_NOW_MS, 0, ...SHIFTS_NOW_MS, ...SHIFTS_NOW_MS, 0],
  },
} as const;
/** Far apart, with half hours and a change of the clocks by half an hour. */
const ZONES = {
  intake: 'Australia/Lord_Howe',
  scorers: ['Pacific/Kiritimati', 'America/St_Johns'],
  retention: 'Asia/Kathmandu',
} as const;
const PSEUDONYMS = { CHURN_PSEUDONYM_KEY_ID: 'test', CHURN_PSEUDONYM_SECRET: 'a secret of the tests only' };

export const clocks: FaultScenario = {
  name: 'clocks',
  promise:
    'clocks of hosts that jump by an hour to and fro while all is running, each process in another time zone: the same log, states, scores and alerts to the bit; nothing is refused or late, also of what happens at this moment',
  run: shiftClocks,
};

async function shiftClocks(context: ScenarioContext): Promise<ScenarioResult> {
  const { callers, shiftsMs: shifts, shiftsNowMs } = SIZES[context.size];
  const options = { partitions: 4, quietDays: 3, ...(await stackFor(context)) };
  // The last of the days ends at the midnight before this moment, which the clocks are wrong about.
  const who = { callers, silentFromDay: SILENT_FROM_DAY, firstDayMs: Math.floor(Date.now() / DAY_MS - DAYS) * DAY_MS };
  const files = Array.from({ length: DAYS }, (_, day) => callsOfDay(who, day));
  const shop = await openInstallation(context, options);
  const clock = openWrongClock(shop.directory, 'host');
  const inZone = (zone: string): Record<string, string> => ({ ...PSEUDONYMS, ...clock.settings, TZ: zone });
  const [intake, retention, ...scorers] = await Promise.all([
    startIntake(shop, { [FEED]: callFeed(feedFolderOf(shop, FEED)) }, inZone(ZONES.intake)),
    startRetention(shop, inZone(ZONES.retention)),
    ...ZONES.scorers.map((zone) => startScorer(shop, inZone(zone))),
  ]);
  const all: KeptProcess[] = [intake, retention, ...scorers].map((service) => service.process);

  let jumps = 0;
  for (const [i, shiftMs] of shifts.entries()) {
    const share = files.slice(Math.floor((i * DAYS) / shifts.length), Math.floor(((i + 1) * DAYS) / shifts.length));
    const [first, ...rest] = share;
    if (first !== undefined) dropFile(shop, FEED, first.name, first.content);
    // In the middle of the work that the file brings.
    jumps += await clock.shiftTo(shiftMs, all);
    for (const { name, content } of rest) {
      await delay(HELD_MS / Math.max(rest.length, 1));
      dropFile(shop, FEED, name, content);
    }
    await untilImported(shop, share);
    context.progress(`${i + 1} of ${shifts.length} jumps`);
  }
  const nowFromMs = Date.now() - LONGEST_AGO_MS;
  for (const [i, shiftMs] of shiftsNowMs.entries()) {
    const file = callsOfThisMoment(who, Date.now(), `now${i}`);
    dropFile(shop, FEED, file.name, file.content);
    await delay(SEEN_AFTER_MS);
    jumps += await clock.shiftTo(shiftMs, all);
    await untilImported(shop, [file]);
    files.push(file);
  }
  context.progress(`${shiftsNowMs.length} files of this moment`);
  await untilSettled(shop);
  const held = heldAgainstTheClock(await recordsOf(shop, shop.topics.input), nowFromMs);
  const ended = all.filter((kept) => kept.hasEnded()).length;
  const refused = await Promise.all(scorers.map((scorer) => scorer.metric('churn_commits_refused_total')));

  const expected = await expectedOutcome(shop);
  const verdict = await judge(shop, expected);
  context.progress('compared with a run by a right clock');
  const right = await rightRun(context, options, files);
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  return {
    ...verdict,
    injected: {
      'clocks that jumped': jumps,
      'processes in another time zone': all.length,
      'records of this moment that Kafka dates an hour before': held.datedBefore,
      'records of this moment that Kafka dates an hour after': held.datedAfter,
    },
    compared: { ...verdict.compared, 'records of the log with a run by a right clock': right.log.size, rows },
    differences: [
      ...(ended === 0 ? [] : [`${ended} processes ended`]),
      ...(held.datedBefore > 0 && held.datedAfter > 0 ? [] : ['no clock was wrong about this moment']),
      ...refusedOrLate(await countsOf(shop), (await intake.stopped()).get(FEED), rows),
      ...wrong('records of the log', await logOf(shop), right.log),
      ...wrong('states', expected.states, right.outcome.states),
      ...wrong('alerts', expected.alerts, right.outcome.alerts),
      ...wrong('scores', expected.scores, right.outcome.scores),
      ...verdict.differences,
    ],
    measured: {
      ...verdict.measured,
      'commits refused': refused.reduce((sum, count) => sum + count, 0),
      'seconds that the nearest record was from being refused': held.nearestMs / 1_000,
    },
  };
}

/** What a clock could do to rows: reject them at intake, park them or take them for late. */
function refusedOrLate(
  { parked, late, duplicates, folded }: PartitionCounts,
  told: IntakeSummary | undefined,
  rows: number,
): string[] {
  const rejected = JSON.stringify(told?.rejected);
  return [
    ...(told?.rows === rows && told.sent === rows
      ? []
      : [`of ${rows} rows intake read ${told?.rows ?? 0}, sent ${told?.sent ?? 0} and rejected ${rejected}`]),
    ...(folded === rows && parked + late + duplicates === 0
      ? []
      : [`of ${rows} rows ${folded} are folded; ${parked} parked, ${late} late, ${duplicates} known already`]),
  ];
}

interface RightRun {
  readonly log: ReadonlyMap<string, string>;
  readonly outcome: ExpectedOutcome;
}

/** The same files through an intake whose clock is right and whose time zone is that of this process. */
async function rightRun(
  context: ScenarioContext,
  options: InstallationOptions,
  files: readonly CallFile[],
): Promise<RightRun> {
  const stack = options.stack;
  const shop = await openInstallation(context, {
    ...options,
    // The same database would know the files already.
    ...(stack === undefined ? {} : { stack: { ...stack, redisUrl: `${stack.redisUrl}/1` } }),
  });
  const intake: RunningIntake = await startIntake(shop, { [FEED]: callFeed(feedFolderOf(shop, FEED)) }, PSEUDONYMS);
  for (const { name, content } of files) dropFile(shop, FEED, name, content);
  await untilImported(shop, files);
  await intake.stop();
  return { log: await logOf(shop), outcome: await expectedOutcome(shop) };
}

async function untilImported(shop: Installation, files: readonly CallFile[]): Promise<void> {
  for (const { name } of files) await until(`${name} is imported`, () => isFileDone(shop, FEED, name));
}

/** What stands at each place of the log, apart from Kafka's own time stamps. */
async function logOf(shop: Installation): Promise<ReadonlyMap<string, string>> {
  const records = await recordsOf(shop, shop.topics.input);
  return new Map(
    records.map(({ partition, offset, key, value }) => [
      `${partition}/${offset}`,
      `${key?.toString() ?? ''} ${value?.toString('hex') ?? ''}`,
    ]),
  );
}

function wrong(what: string, found: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): string[] {
  const { missing, surplus, other } = differing(found, wanted);
  return [
    ...tell(`${what} missing against a run by a right clock`, missing),
    ...tell(`${what} too many against a run by a right clock`, surplus),
    ...tell(`${what} that differ from a run by a right clock`, other),
  ];
}
