import { setTimeout as delay } from 'node:timers/promises';
import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { disorderly } from '../../support/disorderly-log.ts';
import { sampleOutcome } from '../../support/input-log.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { sendRecords } from '../../support/installation-log.ts';
import { untilSettled } from '../../support/installation-state.ts';
import { at, people } from '../../support/regular-life.ts';
import { startScorer } from '../../support/scorer-process.ts';
import { livesWithSilences } from '../membership/lives-with-silences.ts';
import { conclude, stackFor } from '../membership/shop-under-load.ts';
import type { FaultScenario, ScenarioContext, ScenarioResult } from '../scenario.ts';
import { differing, tell } from '../verdict/difference.ts';
import { asDigest, readPublished } from '../verdict/published.ts';
import { dumpPartitions } from './dump-partitions.ts';

const HOUR_MS = 3_600_000;
const DAYS = 30;
const PARTITIONS = 4;
const SETTLED_WITHIN_MS = 240_000;
/** The day on which the desk reports how its orders ended: some episodes close then, others open later. */
const OUTCOME_DAY = 20;
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
    'thirty days read live in pieces, and again from offset 0 into an empty Redis: the same dump, the same alert ids',
  run: replayAll,
};

async function replayAll(context: ScenarioContext): Promise<ScenarioResult> {
  const { subscribers, pieceHours, pauseMs } = SIZES[context.size];
  const { stack } = await stackFor(context);
  const live = await openInstallation(context, { partitions: PARTITIONS, ...(stack === undefined ? {} : { stack }) });
  await Promise.all([startScorer(live), startScorer(live)]);
  const pieces = piecesOf(thirtyDays(subscribers, context.seed), pieceHours * HOUR_MS);
  for (const [sent, piece] of pieces.entries()) {
    if (context.signal.aborted) break;
    await sendRecords(live, piece);
    await delay(pauseMs);
    context.progress(`${sent + 1} of ${pieces.length} pieces sent`);
  }
  const result = await conclude(live, { injected: {}, differences: [], measured: {} }, { orders: false });

  const found = await outcomeOf(live);
  const differences = [...result.differences];
  for (const [place, rereading] of REREADINGS.entries()) {
    context.progress(`read again ${rereading.name}`);
    const address = stack === undefined ? {} : { stack: { ...stack, redisUrl: `${stack.redisUrl}/${place + 1}` } };
    const again = await openInstallation(context, { partitions: PARTITIONS, inputOf: live, ...address });
    const scorers = await Promise.all(
      Array.from({ length: rereading.scorers }, () => startScorer(again, rereading.settings)),
    );
    await untilSettled(again, SETTLED_WITHIN_MS);
    differences.push(...compare(`read again ${rereading.name}`, await outcomeOf(again), found));
    for (const scorer of scorers) await scorer.stop();
  }
  return {
    ...result,
    injected: { 'pieces sent live': pieces.length, replays: REREADINGS.length },
    compared: { ...result.compared, 'keys in Redis, each replay': found.dump.size },
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
  return kinds.flatMap(([kind, has, should]) => {
    const { missing, surplus, other } = differing(has, should);
    return [
      ...tell(`${how}: ${kind} that are missing`, missing),
      ...tell(`${how}: ${kind} too many`, surplus),
      ...tell(`${how}: ${kind} that differ`, other),
    ];
  });
}
