import { isDeepStrictEqual } from 'node:util';
import { deadLetterTopicOf } from '../../../services/platform/kafka/dead-letter.ts';
import type { Installation } from '../../support/installation.ts';
import { recordsOf } from '../../support/installation-log.ts';
import { partitionRecordsOf, settledEvents, storedStatesOf } from '../../support/installation-state.ts';
import { differing, tell } from './difference.ts';
import type { ExpectedOutcome } from './expected-outcome.ts';
import { judgeOrders } from './judge-orders.ts';
import type { JudgeOrdersOptions } from './judge-orders.ts';
import { outOfOrder } from './out-of-order.ts';
import { readPublished } from './published.ts';
import type { Verdict } from './verdict.ts';

export interface JudgeOptions extends JudgeOrdersOptions {
  /** Whether a retention service took part, so that every alert has to be an order; true unless told. */
  readonly orders?: boolean;
}

/**
 * Holds what an installation made of its input log to what the log gives: states, books, alerts, scores and dead letters,
 * byte for byte and in each subscriber's order, and one order per alert. A log that warns of nobody shows nothing. To be
 * called when all is settled; the orders are waited for.
 */
export async function judge(
  shop: Installation,
  expected: ExpectedOutcome,
  { orders = true, ...losses }: JudgeOptions = {},
): Promise<Verdict> {
  const { topics } = shop;
  const states = differing(await storedStatesOf(shop), expected.states);
  const alerts = await readPublished(shop, topics.alert, expected.tellContent);
  const scores = await readPublished(shop, topics.score, expected.tellContent);
  const letters = await deadLettersOf(shop);
  const alertIds = differing(alerts.byId, expected.alerts);
  const scoreIds = differing(scores.byId, expected.scores);
  const parked = differing(letters.byOrigin, expected.parked);
  const books = await judgeBooks(shop, expected);
  const inOrder = {
    alerts: outOfOrder(alerts.byId.keys(), expected.alerts.keys()),
    scores: outOfOrder(scores.byId.keys(), expected.scores.keys()),
  };
  const desk = orders ? await judgeOrders(shop, expected.alerts, losses) : undefined;
  const distinct = alerts.byId.size + scores.byId.size;
  return {
    compared: {
      states: expected.states.size,
      'books of partitions': expected.records.length,
      alerts: expected.alerts.size,
      scores: expected.scores.size,
      'dead letters': expected.parked.size,
      "subscribers' alerts in order": inOrder.alerts.subscribers,
      "subscribers' scores in order": inOrder.scores.subscribers,
      ...(desk === undefined ? {} : { orders: desk.compared }),
    },
    lost:
      [states, alertIds, scoreIds, parked].reduce((sum, { missing }) => sum + missing.length, 0) +
      books.lost +
      (desk?.lost ?? 0),
    doubled: books.doubled + (desk?.doubled ?? 0),
    invented:
      [states, alertIds, scoreIds, parked].reduce((sum, { surplus }) => sum + surplus.length, 0) +
      (desk?.invented ?? 0),
    differences: [
      ...(expected.alerts.size === 0 ? ['the log gives no alerts: nothing was at stake'] : []),
      ...tell('states that are missing', states.missing),
      ...tell('states of nobody in the log', states.surplus),
      ...tell('states that differ', states.other),
      ...tell('alerts that are missing', alertIds.missing),
      ...tell('alerts that nothing brought about', alertIds.surplus),
      ...tell('alerts of another content', alertIds.other),
      ...tell('alert ids that stand for two contents', alerts.ambiguous),
      ...tell('subscribers whose alerts are out of order', inOrder.alerts.unordered),
      ...tell('scores that are missing', scoreIds.missing),
      ...tell('scores that nothing brought about', scoreIds.surplus),
      ...tell('scores of another content', scoreIds.other),
      ...tell('score ids that stand for two contents', scores.ambiguous),
      ...tell('subscribers whose scores are out of order', inOrder.scores.unordered),
      ...tell('records that were not parked', parked.missing),
      ...tell('records that should not be parked', parked.surplus),
      ...tell('records parked for another reason', parked.other),
      ...books.differences,
      ...(desk?.differences ?? []),
    ],
    measured: {
      'records of the log': expected.logRecords,
      'records published': alerts.records + scores.records,
      'published again, share': distinct === 0 ? 0 : (alerts.records + scores.records) / distinct - 1,
      'dead letters written again': letters.records - letters.byOrigin.size,
      ...(desk !== undefined && desk.madeAgain > 0 ? { 'orders made again, with other times': desk.madeAgain } : {}),
    },
  };
}

/** Events counted too seldom are lost, too often doubled; whatever else the books say must be equal too. */
async function judgeBooks(
  shop: Installation,
  expected: ExpectedOutcome,
): Promise<Pick<Verdict, 'lost' | 'doubled' | 'differences'>> {
  let [lost, doubled] = [0, 0];
  const differences: string[] = [];
  for (const [partition, found] of (await partitionRecordsOf(shop)).entries()) {
    const wanted = expected.records[partition];
    if (wanted === undefined || isDeepStrictEqual(found, wanted)) continue;
    const surplus = settledEvents(found.counts) - settledEvents(wanted.counts);
    lost += Math.max(-surplus, 0);
    doubled += Math.max(surplus, 0);
    const names = (Object.keys(wanted) as (keyof typeof wanted)[]).filter(
      (name) => !isDeepStrictEqual(found[name], wanted[name]),
    );
    for (const name of names) {
      if (name === 'quality') differences.push(`the quality ledger of partition ${partition} differs`);
      else differences.push(`${name} of partition ${partition}: ${text(found[name])}, expected ${text(wanted[name])}`);
    }
  }
  return { lost, doubled, differences };
}

function text(value: unknown): string {
  return JSON.stringify(value);
}

async function deadLettersOf(
  shop: Installation,
): Promise<{ readonly byOrigin: ReadonlyMap<string, string>; readonly records: number }> {
  // What has no origin tells of a replay.
  const records = (await recordsOf(shop, deadLetterTopicOf(shop.topics.input))).filter(
    ({ headers }) => headers['kafka_dlt-original-offset'] !== undefined,
  );
  const byOrigin = new Map<string, string>();
  for (const { headers } of records) {
    const partition = headers['kafka_dlt-original-partition']?.readInt32BE() ?? -1;
    const offset = headers['kafka_dlt-original-offset']?.readBigInt64BE() ?? -1n;
    byOrigin.set(`${partition}/${offset}`, headers['kafka_dlt-exception-fqcn']?.toString() ?? '');
  }
  return { byOrigin, records: records.length };
}
