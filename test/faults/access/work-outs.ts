import { openBulkProducer } from '../../../services/platform/kafka/bulk-producer.ts';
import { createKafka } from '../../../services/platform/kafka/client.ts';
import type { KafkaSettings } from '../../../services/platform/kafka/client.ts';
import { runConsumer } from '../../../services/platform/kafka/consumer.ts';
import { openGroupReader } from '../../../services/platform/kafka/consumer-groups.ts';
import { partitionsWithRecords } from '../../../services/platform/kafka/partitions-with-records.ts';
import { openProducer } from '../../../services/platform/kafka/producer.ts';
import type { Producer } from '../../../services/platform/kafka/producer.ts';
import { readAt } from '../../../services/platform/kafka/read-at.ts';
import { readPartitions } from '../../../services/platform/kafka/read-partitions.ts';
import { readTopic } from '../../../services/platform/kafka/read-topic.ts';
import type { Installation } from '../../support/installation.ts';
import { namesIn, sourceTopicOf } from './kafka-roles.ts';

/** What a user does with Kafka, by the adapter that its deployable does it with. Rejects where it cannot be done. */
export type WorkOut = (kafka: KafkaSettings) => Promise<void>;

const INPUT = 'telco.subscriber.event.v1';
const ALERT = 'churn.risk-alert.v1';
/** One record stands in the first partition of each topic. */
const FIRST_RECORD = { lowOffset: 0n, endOffset: 1n };

/**
 * For each line of deploy/kafka/acls.csv, as `user resource name operation`, what cannot be done without it. Every topic
 * has to hold a record in its first partition.
 */
export function workOutsOf(shop: Installation): ReadonlyMap<string, WorkOut> {
  const nameOf = namesIn(shop);
  const write =
    (topic: string): WorkOut =>
    (kafka) =>
      sendOne(openProducer(kafka), nameOf(topic));
  const bulk =
    (topic: string): WorkOut =>
    (kafka) =>
      sendOne(openBulkProducer(kafka, { name: nameOf(topic), partitions: shop.partitions }), nameOf(topic));
  const consume =
    (topic: string, groupId: string): WorkOut =>
    (kafka) =>
      readOneAsMember(kafka, topic, groupId);
  const scorerGroup = nameOf('churn-scorer');
  const retentionGroup = nameOf('churn-retention.');
  const readInput = consume(nameOf(INPUT), scorerGroup);
  const readAlerts = consume(nameOf(ALERT), `${retentionGroup}${nameOf(ALERT)}`);
  const outcome = 'retention.outcome.v1';
  const readLetters: WorkOut = (kafka) => readTopic(kafka, nameOf(`${INPUT}-dlt`), () => undefined);
  const readOrigins: WorkOut = (kafka) => readAt(kafka, nameOf(INPUT), new Map([[0, [0n]]]), () => undefined);
  const exportAll: WorkOut = (kafka) => exportLog(kafka, nameOf(INPUT));
  const askWhere =
    (topic: string): WorkOut =>
    async (kafka) => {
      await partitionsWithRecords(kafka, nameOf(topic), new Map([[0, FIRST_RECORD]]));
    };
  const askForGroup =
    (groupId: string): WorkOut =>
    async (kafka) => {
      const reader = await openGroupReader(kafka);
      await reader.withMembers([groupId]).finally(() => reader.close());
    };

  return new Map([
    [`churn-intake topic ${INPUT} write`, bulk(INPUT)],
    ['churn-intake group churn-intake- read', consume(sourceTopicOf(shop), 'churn-intake-another')],
    [`churn-scorer topic ${INPUT} read`, readInput],
    [`churn-scorer topic ${INPUT}-dlt write`, write(`${INPUT}-dlt`)],
    ['churn-scorer topic churn.risk-score.v1 write', write('churn.risk-score.v1')],
    [`churn-scorer topic ${ALERT} write`, write(ALERT)],
    ['churn-scorer group churn-scorer read', readInput],
    [`churn-retention topic ${ALERT} read`, readAlerts],
    [`churn-retention topic ${ALERT}-dlt write`, write(`${ALERT}-dlt`)],
    [`churn-retention topic ${outcome} read`, consume(nameOf(outcome), `${retentionGroup}${nameOf(outcome)}`)],
    [`churn-retention topic ${outcome}-dlt write`, write(`${outcome}-dlt`)],
    ['churn-retention topic retention.work-order.v1 write', write('retention.work-order.v1')],
    [`churn-retention topic ${INPUT} write`, write(INPUT)],
    ['churn-retention group churn-retention. read', readAlerts],
    [`churn-dead-letters topic ${INPUT} read`, readOrigins],
    [`churn-dead-letters topic ${INPUT} write`, write(INPUT)],
    [`churn-dead-letters topic ${INPUT}-dlt read`, readLetters],
    [`churn-dead-letters topic ${INPUT}-dlt write`, write(`${INPUT}-dlt`)],
    ['churn-dead-letters group read-topic- read', readLetters],
    ['churn-dead-letters group read-topic- delete', leavingNoGroup(readLetters, 'read-topic-', shop)],
    ['churn-dead-letters group read-at- read', readOrigins],
    ['churn-dead-letters group read-at- delete', leavingNoGroup(readOrigins, 'read-at-', shop)],
    [`churn-export topic ${INPUT} read`, exportAll],
    ['churn-export group read-partitions-model-export- read', exportAll],
    [
      'churn-export group read-partitions-model-export- delete',
      leavingNoGroup(exportAll, 'read-partitions-model-export-', shop),
    ],
    [`churn-rekey topic ${INPUT} read`, askWhere(INPUT)],
    [`churn-rekey topic ${ALERT} read`, askWhere(ALERT)],
    ['churn-rekey group churn-scorer describe', askForGroup(scorerGroup)],
    ['churn-rekey group churn-retention. describe', askForGroup(`${retentionGroup}${nameOf(ALERT)}`)],
    ['churn-rekey group churn-intake- describe', askForGroup('churn-intake-another')],
    ['churn-rekey group partitions-with-records- read', askWhere(INPUT)],
    [
      'churn-rekey group partitions-with-records- delete',
      leavingNoGroup(askWhere(INPUT), 'partitions-with-records-', shop),
    ],
  ]);
}

async function sendOne(opening: Promise<Producer>, topic: string): Promise<void> {
  const producer = await opening;
  const value = Buffer.from('written by right');
  await producer.send([{ topic, partition: 0, key: 'key', value }]).finally(() => producer.close());
}

/** Reads the first record there is, always, as a service does that knows from Redis where to read on. */
async function readOneAsMember(kafka: KafkaSettings, topic: string, groupId: string): Promise<void> {
  const came = Promise.withResolvers<undefined>();
  const consumer = runConsumer({
    ...kafka,
    groupId,
    topic,
    sessionTimeoutMs: 6_000,
    positions: {
      read: () => Promise.resolve({ nextOffset: 0n, serverLife: '' }),
      write: () => Promise.resolve(true),
      boundsOf: () => Promise.resolve({ lowOffset: 0n, endOffset: 1_000n }),
    },
    handleBatch() {
      came.resolve(undefined);
      return Promise.resolve();
    },
    onStateChange(state, detail) {
      if (state === 'crashed') came.reject(new Error(detail));
    },
  });
  await came.promise.finally(() => consumer.stop());
}

async function exportLog(kafka: KafkaSettings, topic: string): Promise<void> {
  const reader = { onRecords: () => undefined, onEnd: () => undefined };
  await readPartitions({ ...kafka, clientId: 'model-export' }, topic, () => reader);
}

/** That a group could not be cleared away is not told, for all has been read: but it stays. */
function leavingNoGroup(workOut: WorkOut, prefix: string, shop: Installation): WorkOut {
  async function groups(): Promise<ReadonlySet<string>> {
    const admin = createKafka(shop.kafka).admin();
    await admin.connect();
    const listed = await admin.listGroups().finally(() => admin.disconnect());
    return new Set(listed.groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith(prefix)));
  }
  return async (kafka) => {
    const before = await groups();
    await workOut(kafka);
    if ((await groups()).difference(before).size > 0) throw new Error(GROUP_STAYS);
  };
}

export const GROUP_STAYS = 'the group of a reading stays';
