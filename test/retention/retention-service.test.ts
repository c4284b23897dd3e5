import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeLogRecord } from '../../services/contracts/log-record.ts';
import { encodeReportedOutcome } from '../../services/contracts/reported-outcome.ts';
import { encodeRiskAlert } from '../../services/contracts/risk.ts';
import type { IncomingRecord, OutgoingRecord } from '../../services/platform/kafka/record.ts';
import type { Producer } from '../../services/platform/kafka/producer.ts';
import { openOffsetReader } from '../../services/platform/kafka/offsets.ts';
import { openProducer } from '../../services/platform/kafka/producer.ts';
import { ensureTopics } from '../../services/platform/kafka/topics.ts';
import { openRedis } from '../../services/platform/redis/client.ts';
import { createPartBoard } from '../../services/platform/process/part-board.ts';
import { createLogger } from '../../services/platform/telemetry/logger.ts';
import { createMetrics } from '../../services/platform/telemetry/metrics.ts';
import { readConfig } from '../../services/retention/config.ts';
import { createRedisPositions } from '../../services/retention/redis/redis-positions.ts';
import { createRedisRubbish } from '../../services/retention/redis/redis-rubbish.ts';
import { createRedisOrderStore } from '../../services/retention/redis/redis-order-store.ts';
import { createRetentionMetrics } from '../../services/retention/retention-metrics.ts';
import type { RunningRetention } from '../../services/retention/run-retention.ts';
import { runRetention } from '../../services/retention/run-retention.ts';
import { collectRecords } from '../support/collect-records.ts';
import { createMemoryRiskReader } from '../support/memory-risk-reader.ts';
import { nothingScored } from '../support/retention-app.ts';
import { sampleAlert, sampleScore } from '../support/sample-alert.ts';
import { claimRedisDatabase, testStack, uniqueSuffix } from '../support/stack.ts';

const PARTITIONS = 2;
const suffix = uniqueSuffix();
const { brokers } = testStack();
const kafka = { brokers, clientId: 'test' };
const topics = {
  input: `telco.subscriber.event.v1-${suffix}`,
  alert: `churn.risk-alert.v1-${suffix}`,
  workOrder: `retention.work-order.v1-${suffix}`,
  outcome: `retention.outcome.v1-${suffix}`,
};
const redisUrl = await claimRedisDatabase();
const redis = await openRedis({ url: redisUrl });
const alerts = ['A', 'B', 'C', 'D'].map((name) => sampleAlert({ score: sampleScore({ subscriberId: `k1-${name}` }) }));
let offsets: Awaited<ReturnType<typeof openOffsetReader>>;
let producer: Producer;
let running: RunningRetention;
let stopping = new AbortController();

before(async () => {
  const names = [...Object.values(topics), `${topics.alert}-dlt`, `${topics.outcome}-dlt`];
  await ensureTopics(
    kafka,
    names.map((topic) => ({ topic, partitions: PARTITIONS })),
  );
  producer = await openProducer(kafka);
  offsets = await openOffsetReader(kafka);
  running = await startRetention();
});

after(async () => {
  stopping.abort();
  await running.stop();
  await producer.close();
  await offsets.close();
  redis.disconnect();
});

test('alerts on the topic become as many orders over HTTP and on the topic, garbage is parked', async () => {
  const records = alerts.map(toAlertRecord);
  const garbage = { topic: topics.alert, partition: 1, key: 'k1-x', value: Buffer.from('not protobuf') };
  await producer.send([...records, garbage, ...records]);

  const created = await collectRecords(brokers, topics.workOrder, (seen) => seen.length >= alerts.length);
  assert.deepEqual(
    created.map((record) => header(record, 'ce_id')).toSorted(),
    alerts.map(({ alertId }) => `wo-${alertId}-v1`),
  );
  for (const record of created) {
    assert.equal(header(record, 'ce_type'), 'WorkOrderCreateEvent');
    assert.equal(String(record.key), workOrderOf(record).relatedEntity[0]?.id);
  }
  const [parked] = await collectRecords(brokers, `${topics.alert}-dlt`, (seen) => seen.length >= 1);
  assert.ok(parked);
  assert.equal(String(parked.value), 'not protobuf');
  assert.equal(header(parked, 'kafka_dlt-original-topic'), topics.alert);
  assert.equal(parked.headers['kafka_dlt-original-partition']?.readInt32BE(), 1);

  const listed = await fetch(`${running.address}/tmf-api/workOrderManagement/v4/workOrder`);
  assert.equal(listed.headers.get('x-total-count'), String(alerts.length));
});

test('an outcome from the CRM closes the order and reaches the input log', async () => {
  const report = {
    outcomeId: 'out-1',
    workOrderId: 'wo-al-k1-A-1',
    occurredAtMs: 5_000,
    result: 'won',
    cause: 'price',
    offerId: 'pack-8',
    representativeId: '',
  } as const;
  const record = { topic: topics.outcome, key: 'k1-A', value: encodeReportedOutcome(report) };
  await producer.send([record, { ...record, value: Buffer.from(JSON.stringify(report)) }]);

  const events = await collectRecords(brokers, topics.workOrder, (seen) =>
    seen.some((event) => header(event, 'ce_id') === 'wo-al-k1-A-1-v3'),
  );
  const statesOfA = events.filter(({ key }) => String(key) === 'k1-A').map((event) => workOrderOf(event).state);
  assert.deepEqual(statesOfA, ['acknowledged', 'inProgress', 'completed']);

  const [outcome] = await collectRecords(brokers, topics.input, (seen) => seen.length >= 1);
  assert.ok(outcome?.value);
  assert.equal(String(outcome.key), 'k1-A');
  const decoded = decodeLogRecord(outcome.value);
  assert.ok(decoded.ok && decoded.value.body.type === 'order_outcome');
  assert.equal(decoded.value.body.result, 'won');
  assert.equal(decoded.value.eventId, 'wo-al-k1-A-1-outcome');
});

test('a change over HTTP is published, and a service started anew goes on where the old one stopped', async () => {
  const reply = await fetch(`${running.address}/tmf-api/workOrderManagement/v4/workOrder/wo-al-k1-B-1`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', 'if-match': '"1"' },
    body: JSON.stringify({ state: 'inProgress' }),
  });
  assert.equal(reply.status, 200);
  stopping.abort();
  await running.stop();
  stopping = new AbortController();
  const late = sampleAlert({ score: sampleScore({ subscriberId: 'k1-E' }) });
  await producer.send([...alerts, late].map(toAlertRecord));
  running = await startRetention();

  const events = await collectRecords(brokers, topics.workOrder, (seen) =>
    seen.some((event) => header(event, 'ce_id') === 'wo-al-k1-E-1-v1'),
  );
  const ids = new Set(events.map((event) => header(event, 'ce_id')));
  assert.ok(ids.has('wo-al-k1-B-1-v2'));
  assert.equal([...ids].filter((id) => id.endsWith('-v1')).length, alerts.length + 1);
  await becomesReady(running.address);
});

/** Resolves when /readyz says so; each request is answered at once, so this only spins while consumers join. */
async function becomesReady(address: string): Promise<void> {
  const deadline = AbortSignal.timeout(30_000);
  while ((await fetch(`${address}/readyz`, { signal: deadline })).status !== 200) continue;
}

function startRetention(): Promise<RunningRetention> {
  const config = readConfig({
    CHURN_KAFKA_BROKERS: brokers.join(','),
    CHURN_REDIS_URL: redisUrl,
    CHURN_INPUT_TOPIC: topics.input,
    CHURN_ALERT_TOPIC: topics.alert,
    CHURN_WORK_ORDER_TOPIC: topics.workOrder,
    CHURN_OUTCOME_TOPIC: topics.outcome,
    CHURN_RETENTION_GROUP: `retention-${suffix}`,
    CHURN_HTTP_PORT: '0',
    CHURN_PUBLIC_BASE_URL: 'https://desk.example.com',
  });
  assert.ok(config.ok);
  const board = createPartBoard(createLogger('test', 'silent'));
  return runRetention({
    config: config.value,
    store: createRedisOrderStore(redis, ''),
    quality: nothingScored(),
    showQuality: () => undefined,
    reader: createMemoryRiskReader([]),
    positionsOf: createRedisPositions(redis, '', offsets),
    rubbishOf: createRedisRubbish(redis, ''),
    producer,
    metrics: createRetentionMetrics(createMetrics(), config.value.calendar.knownThroughMs),
    log: createLogger('test', 'silent'),
    now: Date.now,
    board,
    kafkaPart: board.part('Kafka', 'waiting'),
    signal: stopping.signal,
    onFatal(error) {
      throw error;
    },
  });
}

function toAlertRecord(alert: ReturnType<typeof sampleAlert>): OutgoingRecord {
  return { topic: topics.alert, key: alert.score.subscriberId, value: encodeRiskAlert(alert) };
}

function header(record: IncomingRecord, name: string): string {
  return String(record.headers[name] ?? '');
}

function workOrderOf(record: IncomingRecord): { readonly state: string; readonly relatedEntity: { id: string }[] } {
  const event = JSON.parse(String(record.value)) as {
    event: { workOrder: { state: string; relatedEntity: { id: string }[] } };
  };
  return event.event.workOrder;
}
