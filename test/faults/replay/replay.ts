import { setTimeout as delay } from 'node:timers/promises';
import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { disorderly } from '../../support/disorderly-log.ts';
import { sampleOutcome } from '../../support/input-log.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { sendRecords } from '../../support/installation-log.ts';
import { untilSettled } from '../../support/installation-state.ts';
import { at, people } from '../../support/regular-life.ts';
import { startRetention, startScorer } from '../../support/scorer-process.ts';
import { livesWithSilences } from '../membership/lives-with-silences.ts';
import { conclude, stackFor } from '../membership/shop-under-load.ts';
import type { FaultScenario, ScenarioContext, ScenarioResult } from '../scenario.ts';
import { allOrders } from '../verdict/all-orders.ts';
import { differing, tell } from '../verdict/difference.ts';
import type { Differing } from '../verdict/difference.ts';
import { judgeOrders } from '../verdict/judge-orders.ts';
import { asDigest, readPublished } from '../verdict/published.ts';
import { dumpPartitions } from './dump-partitions.ts';

const HOUR_MS = 3_600_000;
const DAYS = 30;
const PARTITIONS = 4;
const SETTLED_WITHIN_MS = 240_000;
/** The day on which the desk reports how its orders ended: some episodes close then, others open later. */
const OUTCOME_DAY = 20;
/** Of an order, what says when it was made, and not of what. */
const OF_THE_DESK = new Set(['createdAtMs', 'dueAtMs', 'stateChangedAtMs']);
/** Orders that expire would be outcomes in the log. */
const NEVER_EXPIRES = { CHURN_EXPIRE_AFTER_WORKING_DAYS: '250' };
const SIZES = {
  small: { subscribers: 24, pieceHours: 12, pauseMs: 50 },
  full: { subscribers: 200, pieceHours: 1, pauseMs: 60 },
} as const;

/** How the log is read again. */
interface Rereading {
  readonly name: string;
  readonly scorers: number;
  readonly settings: Readonly<Record<string, string>>;
}

const REREADINGS: readonly Rereading[] = [
  { name: 'by one scorer at full speed', scorers: 1, settings: {} },
  { name: 'in small commits', scorers: 1, settings: { CHURN_COMMIT_LIMIT: '97' } },
  { name: 'by three scorers, in other commits', scorers: 3, settings: { CHURN_COMMIT_LIMIT: '700' } },
];

export const replay: FaultScenario = {
  name: 'replay',
  promise:
    'thirty days read live in pieces, and again from offset 0 into an empty Redis: the same dump of the partitions, the same ' +
    'alerts and scores, and the same orders but for the times of the desk',
  run: replayAll,
};

async function replayAll(context: ScenarioContext): Promise<ScenarioResult> {
  const { subscribers, pieceHours, pauseMs } = SIZES[context.size];
  const { stack } = await stackFor(context);
  const live = await openInstallation(context, { partitions: PARTITIONS, ...(stack === undefined ? {} : { stack }) });
  await Promise.all([startScorer(live), startScorer(live), startRetention(live, NEVER_EXPIRES)]);
  const pieces = piecesOf(thirtyDays(subscribers, context.seed), pieceHours * HOUR_MS);
  for (const [sent, piece] of pieces.entries()) {
    if (context.signal.aborted) break;
    await sendRecords(live, piece);
    await delay(pauseMs);
    context.progress(`${sent + 1} of ${pieces.length} pieces sent`);
  }
  const result = await conclude(live, { injected: {}, differences: [], measured: {} }, {});

  const found = await outcomeOf(live);
  const differences = [...result.differences];
  let ordersAgain = 0;
  for (const [place, rereading] of REREADINGS.entries()) {
    context.progress(`read again ${rereading.name}`);
    const address = stack === undefined ? {} : { stack: { ...stack, redisUrl: `${stack.redisUrl}/${place + 1}` } };
    const again = await openInstallation(context, { partitions: PARTITIONS, inputOf: live, ...address });
    const scorers = await Promise.all(
      Array.from({ length: rereading.scorers }, () => startScorer(again, rereading.settings)),
    );
    await untilSettled(again, SETTLED_WITHIN_MS);
    const how = `read again ${rereading.name}`;
    differences.push(...compare(how, await outcomeOf(again), found));
    for (const scorer of scorers) await scorer.stop();
    if (context.size === 'small' && place > 0) continue;
    const retention = await startRetention(again, NEVER_EXPIRES);
    const desk = await judgeOrders(again, found.alerts);
    const orders = differing(await ordersOf(again), await ordersOf(live));
    differences.push(...desk.differences.map((text) => `${how}: ${text}`), ...told(how, 'orders', orders));
    ordersAgain += desk.compared;
    await retention.stop();
  }
  return {
    ...result,
    injected: { 'pieces sent live': pieces.length, replays: REREADINGS.length },
    compared: {
      ...result.compared,
      'keys in Redis, each replay': found.dump.size,
      'orders of the replays': ordersAgain,
    },
    differences,
  };
}

/** Shuffled, with repetitions, and with what became of the orders. */
function* thirtyDays(subscribers: number, seed: number): Generator<LogRecord> {
  const ids = people(subscribers);
  function* inOrder(): Generator<LogRecord> {
    let isReported = false;
    for (const record of livesWithSilences(ids)) {
      if (record.occurredAtMs >= at(DAYS)) return;
      if (!isReported && record.occurredAtMs >= at(OUTCOME_DAY)) {
        isReported = true;
        for (const id of ids) yield sampleOutcome(id, 1, record.occurredAtMs, `${id}-outcome`);
      }
      yield record;
    }
  }
  const disorder = { seed, shuffledShare: 0.2, withinMs: 12 * HOUR_MS, duplicateShare: 0.05 };
  yield* disorderly(inOrder(), disorder, () => undefined);
}

/** Cuts the log where event time has gone on by so much. */
function piecesOf(log: Iterable<LogRecord>, pieceMs: number): LogRecord[][] {
  const pieces: LogRecord[][] = [];
  let endMs = -Infinity;
  for (const record of log) {
    if (record.occurredAtMs >= endMs) {
      pieces.push([]);
      endMs = record.occurredAtMs + pieceMs;
    }
    pieces.at(-1)?.push(record);
  }
  return pieces;
}

interface Outcome {
  readonly dump: ReadonlyMap<string, string>;
  readonly alerts: ReadonlyMap<string, string>;
  readonly scores: ReadonlyMap<string, string>;
}

async function outcomeOf(shop: Installation): Promise<Outcome> {
  const [alerts, scores] = await Promise.all([
    readPublished(shop, shop.topics.alert, asDigest),
    readPublished(shop, shop.topics.score, asDigest),
  ]);
  return { dump: await dumpPartitions(shop), alerts: alerts.byId, scores: scores.byId };
}

function compare(how: string, found: Outcome, wanted: Outcome): string[] {
  const kinds = [
    ['keys', found.dump, wanted.dump],
    ['alerts', found.alerts, wanted.alerts],
    ['scores', found.scores, wanted.scores],
  ] as const;
  return kinds.flatMap(([kind, has, should]) => told(how, kind, differing(has, should)));
}

function told(how: string, kind: string, { missing, surplus, other }: Differing): string[] {
  return [
    ...tell(`${how}: ${kind} that are missing`, missing),
    ...tell(`${how}: ${kind} too many`, surplus),
    ...tell(`${how}: ${kind} that differ`, other),
  ];
}

/** Orders by id, without what the desk's clock says. */
async function ordersOf(shop: Installation): Promise<Map<string, string>> {
  const withoutTimes = (name: string, value: unknown): unknown => (OF_THE_DESK.has(name) ? undefined : value);
  return new Map((await allOrders(shop)).map((order) => [order.id, JSON.stringify(order, withoutTimes)]));
}
