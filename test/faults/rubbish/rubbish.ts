import { encodeLogRecord } from '../../../services/contracts/log-record.ts';
import { encodeRiskAlert } from '../../../services/contracts/risk.ts';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import type { EventBody, LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { deadLetterTopicOf } from '../../../services/platform/kafka/dead-letter.ts';
import { createPartitionOf } from '../../../services/platform/kafka/partition.ts';
import type { OutgoingRecord } from '../../../services/platform/kafka/record.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { publishedById, sendRecords } from '../../support/installation-log.ts';
import { countsOf, untilSettled } from '../../support/installation-state.ts';
import { ownStack } from '../../support/own-stack.ts';
import { at, people, regularLife } from '../../support/regular-life.ts';
import { sampleAlert, sampleScore } from '../../support/sample-alert.ts';
import {
  sampleBill,
  sampleCall,
  sampleEvent,
  sampleMessage,
  sampleSession,
  sampleTopUp,
} from '../../support/sample-events.ts';
import { startRetention, startScorer } from '../../support/scorer-process.ts';
import type { RunningService } from '../../support/scorer-process.ts';
import { until } from '../../support/until.ts';
import type { FaultScenario, ScenarioContext, ScenarioResult } from '../scenario.ts';
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import { judge } from '../verdict/judge.ts';
import { countCompressed } from './count-compressed.ts';
import { compareDeadLetters } from './dead-letters-of.ts';
import { ALERT_RUBBISH, OUTCOME_RUBBISH } from './desk-rubbish.ts';
import type { DeskRubbish } from './desk-rubbish.ts';
import { LOG_RUBBISH } from './log-rubbish.ts';
import type { RubbishScene } from './log-rubbish.ts';
import { setTopicConfig } from './set-topic-config.ts';
import { openTransactions } from './transact.ts';
import type { Transactions } from './transact.ts';

const PARTITIONS = 2;
const partitionOf = createPartitionOf(PARTITIONS);
const COMPRESSIONS = ['producer', 'gzip', 'snappy', 'lz4', 'zstd'];
const KIND_HEADER = 'rubbish-kind';
/** More than the largest record, headers included. */
const ROOM = { 'max.message.bytes': '12000000' };
const QUIET_FROM_DAY = 1;
const QUIET_DAYS = 3;
/** Days between two rounds of the largest records. */
const LARGE_EVERY_DAYS = 10;
const NOON = 12;
/** Of a field that no contract has: a writer may be newer than its readers. */
const UNKNOWN_FIELD = Buffer.from([0xc0, 0x07, 0x01]);
const SOUND_ALERTS = 20;
/** More than a share of a few per cent is another scenario's. */
const PARK_ALL = { CHURN_RUBBISH_SHARE: '1' };

export const rubbish: FaultScenario = {
  name: 'rubbish',
  promise: 'every kind of bad record is parked once, as it was, with its origin and reason, and all around it is used',
  async run(context) {
    const stack = await ownStack(context);
    await Promise.all([stack.startKafka(), stack.startRedis()]);
    const shop = await openInstallation(context, {
      partitions: PARTITIONS,
      quietDays: QUIET_DAYS,
      stack: stack.address,
    });
    const { input, alert, outcome } = shop.topics;
    const wide = [input, alert, outcome].flatMap((topic) => [topic, deadLetterTopicOf(topic)]);
    await setTopicConfig(shop.kafka, wide, ROOM);
    const [scorer, desk] = await Promise.all([startScorer(shop, PARK_ALL), startRetention(shop)]);
    const transactions = await openTransactions(shop);
    context.after(() => transactions.close());

    const fed = await feed(context, shop, transactions);
    await untilSettled(shop);
    const expected = await expectedOutcome(shop);
    const verdict = await judge(shop, expected);
    const log = await judgeLog(shop, scorer, fed);
    const compressed = await countCompressed(shop.kafka, input);
    context.progress('the topics of retention');
    const ofDesk = await judgeDesk(shop, desk);
    return {
      ...verdict,
      injected: { ...fed.injected, ...prefixed('batches in ', compressed), ...ofDesk.injected },
      compared: { ...verdict.compared, 'bad records': log.compared + ofDesk.compared },
      differences: [
        ...verdict.differences,
        ...log.differences,
        ...ofDesk.differences,
        ...Object.entries(compressed).flatMap(([kind, count]) => (count === 0 ? [`no batch was in ${kind}`] : [])),
      ],
    };
  },
};

interface Fed {
  readonly injected: Record<string, number>;
  /** Sound events, each of them once. */
  readonly events: number;
}

/** Days of regular life, with each kind of bad record at noon, in each compression in turn. */
async function feed(context: ScenarioContext, shop: Installation, transactions: Transactions): Promise<Fed> {
  const isFull = context.size === 'full';
  const ids = people(isFull ? 80 : 40);
  const days = isFull ? 30 : 6;
  const silent = new Set(ids.filter((_, place) => place % 5 === 0));
  const injected: Record<string, number> = {
    'transactions ended': 0,
    'records of unknown fields': 0,
    'sound amounts below zero': 0,
  };
  let events = 0;
  const send = async (records: readonly LogRecord[]): Promise<void> => {
    events += records.filter((record) => !isPartitionMark(record)).length;
    await sendRecords(shop, records);
  };
  for (let day = 0; day < days && !context.signal.aborted; day++) {
    const life = { subscriberIds: ids, silent: day < QUIET_FROM_DAY ? new Set<string>() : silent };
    const kind = COMPRESSIONS[day % COMPRESSIONS.length] ?? '';
    await setTopicConfig(shop.kafka, [shop.topics.input], { ...ROOM, 'compression.type': kind });
    await send(regularLife({ ...life, fromMs: at(day), toMs: at(day, NOON) }));
    const kinds = LOG_RUBBISH.filter(({ isLarge = false }) => !isLarge || day % LARGE_EVERY_DAYS === 0);
    const round = kinds.map(({ kind: name, make }, i): OutgoingRecord => {
      injected[name] = (injected[name] ?? 0) + 1;
      const scene = sceneOf(ids, day, i);
      const headers = { [KIND_HEADER]: name, origin: 'switch 7' };
      return { topic: shop.topics.input, partition: partitionOf(scene.subscriberId), headers, ...make(scene) };
    });
    await shop.producer.send(round);
    events += await sendOddities(shop, transactions, sceneOf(ids, day, 0));
    injected['transactions ended'] = (injected['transactions ended'] ?? 0) + 2;
    injected['records of unknown fields'] = (injected['records of unknown fields'] ?? 0) + 1;
    const belowZero = Object.keys(BELOW_ZERO).length;
    injected['sound amounts below zero'] = (injected['sound amounts below zero'] ?? 0) + belowZero;
    await send(regularLife({ ...life, fromMs: at(day, NOON), toMs: at(day + 1) }));
    context.progress(`day ${day + 1} of ${days}`);
  }
  return { injected, events };
}

function sceneOf(ids: readonly string[], day: number, place: number): RubbishScene {
  const subscriberId = ids[(day * 7 + place) % ids.length] ?? '';
  const strangerId = ids.find((id) => partitionOf(id) !== partitionOf(subscriberId)) ?? '';
  return { subscriberId, strangerId, atMs: at(day, NOON), id: `bad-${day}-${place}`, nowMs: Date.now() };
}

/** Money that an operator takes back or gives back, and money that is owed. */
const BELOW_ZERO: Readonly<Record<string, EventBody>> = {
  reversal: sampleTopUp({ amountMinor: -5_000, balanceAfterMinor: -120 }),
  'credited call': sampleCall({ chargeMinor: -250 }),
  'credited message': sampleMessage({ chargeMinor: -10 }),
  'credited session': sampleSession({ chargeMinor: -300, outOfBundleChargeMinor: -300 }),
  debt: { type: 'balance_snapshot', balanceMinor: -700 },
  'credit note': sampleBill({ totalMinor: -1_900, outOfBundleDataMinor: -300 }),
};

/** Sound records that look odd. @returns how many events they are. */
async function sendOddities(
  { topics, producer }: Installation,
  transactions: Transactions,
  { subscriberId, atMs, id }: RubbishScene,
): Promise<number> {
  const oddity = (name: string, body: EventBody = sampleCall()): OutgoingRecord => ({
    topic: topics.input,
    key: subscriberId,
    value: encodeLogRecord(sampleEvent(body, atMs, { subscriberId, eventId: `${id}-${name}` })),
  });
  const unknown = oddity('unknown');
  await producer.send([
    { ...unknown, value: Buffer.concat([unknown.value ?? Buffer.alloc(0), UNKNOWN_FIELD]) },
    { ...oddity('headers'), headers: { '': 'no name', 'content-type': 'text/html', ce_id: Buffer.from([0xff, 0xfe]) } },
    ...Object.entries(BELOW_ZERO).map(([name, body]) => oddity(name, body)),
  ]);
  await transactions.write([oddity('committed')], 'commit');
  await transactions.write([oddity('aborted')], 'abort');
  return 3 + Object.keys(BELOW_ZERO).length;
}

async function judgeLog(
  shop: Installation,
  scorer: RunningService,
  { injected, events }: Fed,
): Promise<{ readonly compared: number; readonly differences: string[] }> {
  const reasons = new Map(LOG_RUBBISH.map(({ kind, reason }) => [kind, reason]));
  const { compared, differences } = await compareDeadLetters(shop, shop.topics.input, reasons, KIND_HEADER);
  const { folded } = await countsOf(shop);
  if (folded !== events) differences.push(`${folded} events are folded, ${events} were sound`);
  for (const reason of new Set(reasons.values())) {
    const kinds = LOG_RUBBISH.filter((kind) => kind.reason === reason);
    const sent = kinds.reduce((sum, { kind }) => sum + (injected[kind] ?? 0), 0);
    const told = await scorer.metric('churn_dead_letters_total', { topic: shop.topics.input, reason });
    if (told !== sent) differences.push(`/metrics tells ${told} parked as ${reason}, not ${sent}`);
  }
  return { compared, differences };
}

async function judgeDesk(
  shop: Installation,
  desk: RunningService,
): Promise<{ readonly injected: Record<string, number>; readonly compared: number; readonly differences: string[] }> {
  const { alert, outcome, workOrder } = shop.topics;
  const before = (await publishedById(shop, workOrder)).size;
  const send = (topic: string, { kind, value }: Pick<DeskRubbish, 'kind' | 'value'>): Promise<void> =>
    shop.producer.send([{ topic, key: kind, partition: 0, value, headers: { [KIND_HEADER]: kind } }]);
  for (const bad of ALERT_RUBBISH) {
    await send(alert, bad);
    await shop.producer.send([soundAlert(alert, bad.kind)]);
  }
  for (let i = ALERT_RUBBISH.length; i < SOUND_ALERTS; i++) await shop.producer.send([soundAlert(alert, String(i))]);
  for (const bad of OUTCOME_RUBBISH) await send(outcome, bad);
  await until(
    'the sound alerts are orders, and all else is parked',
    async () => {
      const orders = (await publishedById(shop, workOrder)).size - before;
      const parked = await desk.metric('churn_dead_letters_total');
      return orders >= SOUND_ALERTS && parked >= ALERT_RUBBISH.length + OUTCOME_RUBBISH.length;
    },
    { state: async () => `${await desk.metric('churn_dead_letters_total')} parked` },
  );
  const differences: string[] = [];
  const orders = (await publishedById(shop, workOrder)).size - before;
  if (orders !== SOUND_ALERTS) differences.push(`${orders} orders of ${SOUND_ALERTS} sound alerts`);
  let compared = 0;
  for (const [topic, kinds] of [
    [alert, ALERT_RUBBISH],
    [outcome, OUTCOME_RUBBISH],
  ] as const) {
    const reasons = new Map(kinds.map(({ kind, reason }) => [kind, reason]));
    const found = await compareDeadLetters(shop, topic, reasons, KIND_HEADER);
    differences.push(...found.differences);
    compared += found.compared;
    const told = await desk.metric('churn_dead_letters_total', { topic });
    if (told !== kinds.length) differences.push(`/metrics tells ${told} parked of ${topic}, not ${kinds.length}`);
  }
  const injected = { 'bad alerts': ALERT_RUBBISH.length, 'bad outcomes': OUTCOME_RUBBISH.length };
  return { injected, compared, differences };
}

function soundAlert(topic: string, name: string): OutgoingRecord {
  const subscriberId = `k1-sound-${name.replaceAll(' ', '-')}`;
  const value = encodeRiskAlert(sampleAlert({ score: sampleScore({ subscriberId }) }));
  return { topic, key: subscriberId, partition: 0, value };
}

function prefixed(prefix: string, counts: Readonly<Record<string, number>>): ScenarioResult['injected'] {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [`${prefix}${name}`, count]));
}
