import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeReportedOutcome, encodeReportedOutcome } from '../../services/contracts/reported-outcome.ts';
import { decodeRiskAlert, encodeRiskAlert } from '../../services/contracts/risk.ts';
import type { ReportedOutcome } from '../../services/core/work-orders/reported-outcome.ts';
import { createOutcomeDecoder } from '../../services/retention/decode-outcome.ts';
import type { AlertResult } from '../../services/retention/handle-alerts.ts';
import { createAlertHandler } from '../../services/retention/handle-alerts.ts';
import type { OutcomeResult } from '../../services/retention/handle-outcomes.ts';
import { createOutcomeHandler } from '../../services/retention/handle-outcomes.ts';
import { createParkRecord } from '../../services/retention/park-record.ts';
import { createRecordSink, incomingRecord } from '../support/fake-records.ts';
import { createTestDesk } from '../support/retention-app.ts';
import type { IncomingRecord } from '../../services/platform/kafka/record.ts';
import type { RecordBatch } from '../../services/platform/kafka/positioned-batches.ts';
import { sampleAlert, sampleScore } from '../support/sample-alert.ts';

const alert = sampleAlert();
const ORDER_ID = `wo-${alert.alertId}`;
const decodeOutcome = createOutcomeDecoder(decodeReportedOutcome);

test('an alert becomes one order however often it is delivered', async () => {
  const { testDesk, results, handle } = alertsOnly();
  const record = incomingRecord(encodeRiskAlert(alert));
  await handle(batchOf(0, [record, record]));
  await handle(batchOf(0, [record]));
  assert.deepEqual(results, ['created', 'duplicate', 'duplicate']);
  const { orders, total } = await testDesk.store.list({ offset: 0, limit: 10 });
  assert.equal(total, 1);
  assert.equal(orders[0]?.id, ORDER_ID);
  assert.equal(await testDesk.store.outboxLength(), 1);
});

test('alerts that cannot be read are parked where they came from, and the rest goes on', async () => {
  const { testDesk, sink, results, handle } = alertsOnly();
  const broken = incomingRecord(Buffer.from([0xff, 0xff]), { offset: 8n, headers: { origin: Buffer.from('scorer') } });
  await handle(batchOf(3, [broken, incomingRecord(null, { offset: 9n }), incomingRecord(encodeRiskAlert(alert))]));
  assert.deepEqual(results, ['parked', 'parked', 'created']);
  assert.equal((await testDesk.store.list({ offset: 0, limit: 10 })).total, 1);
  const [parked] = sink.sent;
  assert.equal(parked?.topic, 'churn.risk-alert.v1-dlt');
  assert.equal(parked.partition, 3);
  assert.deepEqual(parked.value, broken.value);
  assert.equal(String(parked.headers?.['origin']), 'scorer');
  assert.equal(parked.headers?.['kafka_dlt-exception-fqcn'], 'undecodable');
  assert.equal(Buffer.from(parked.headers['kafka_dlt-original-offset'] ?? '').readBigInt64BE(), 8n);
});

test('what cannot be parked stops the batch instead of being dropped', async () => {
  const { sink, handle } = alertsOnly();
  sink.failWith(new Error('no broker'));
  await assert.rejects(handle(batchOf(0, [incomingRecord(null)])), /no broker/);
});

test('a reported outcome closes the order, in protobuf and in JSON, once', async () => {
  for (const encode of [encodeReportedOutcome, toJson]) {
    const { testDesk, results, handle } = await outcomesWithOrder();
    const record = incomingRecord(encode(reported({})));
    await handle(batchOf(0, [record, record]));
    assert.deepEqual(results, ['closed', 'closed']);
    const order = await testDesk.store.get(ORDER_ID);
    assert.equal(order?.state, 'won');
    assert.equal(order.cause, 'price');
    assert.equal(order.representativeId, 'rep-7');
    // Created, assigned, started, closed; nothing for the second delivery.
    assert.equal(await testDesk.store.outboxLength(), 4);
  }
});

test('a report of nothing known is parked with its reason', async () => {
  const cases: readonly [Uint8Array, reason: string][] = [
    [encodeReportedOutcome(reported({ workOrderId: 'wo-unknown' })), 'not_found'],
    [encodeReportedOutcome(reported({ result: 'unspecified' })), 'no_result'],
    [encodeReportedOutcome(reported({ outcomeId: '' })), 'undecodable'],
    [Buffer.from('{"outcomeId":"o"}'), 'undecodable'],
    [Buffer.from('{"outcomeId":'), 'undecodable'],
    [Buffer.from([0x7b, 0xff]), 'undecodable'],
    [Buffer.from([0x0a]), 'undecodable'],
  ];
  for (const [value, reason] of cases) {
    const { sink, results, handle } = await outcomesWithOrder();
    await handle(batchOf(0, [incomingRecord(value)]));
    assert.deepEqual(results, ['parked']);
    assert.equal(sink.sent[0]?.headers?.['kafka_dlt-exception-fqcn'], reason);
  }
});

test('a second report that contradicts the first is parked, and the order stays as it was', async () => {
  const { testDesk, sink, results, handle } = await outcomesWithOrder();
  const second = reported({ outcomeId: 'out-2', result: 'lost' });
  await handle(
    batchOf(0, [incomingRecord(encodeReportedOutcome(reported({}))), incomingRecord(encodeReportedOutcome(second))]),
  );
  assert.deepEqual(results, ['closed', 'parked']);
  assert.equal(sink.sent[0]?.headers?.['kafka_dlt-exception-fqcn'], 'order_closed');
  assert.equal((await testDesk.store.get(ORDER_ID))?.state, 'won');
});

function alertsOnly() {
  const testDesk = createTestDesk();
  const sink = createRecordSink();
  const results: AlertResult[] = [];
  const handle = createAlertHandler({
    desk: testDesk.desk,
    decode: decodeRiskAlert,
    park: createParkRecord({ topic: 'churn.risk-alert.v1', consumerGroup: 'g', send: sink.send }),
    onResult: (result) => results.push(result),
  });
  return { testDesk, sink, results, handle };
}

async function outcomesWithOrder() {
  const testDesk = createTestDesk();
  await testDesk.desk.open(sampleAlert({ score: sampleScore() }));
  const sink = createRecordSink();
  const results: OutcomeResult[] = [];
  const handle = createOutcomeHandler({
    desk: testDesk.desk,
    decode: decodeOutcome,
    park: createParkRecord({ topic: 'retention.outcome.v1', consumerGroup: 'g', send: sink.send }),
    onResult: (result) => results.push(result),
  });
  return { testDesk, sink, results, handle };
}

function reported(changes: Partial<ReportedOutcome>): ReportedOutcome {
  return {
    outcomeId: 'out-1',
    workOrderId: ORDER_ID,
    occurredAtMs: 5_000,
    result: 'won',
    cause: 'price',
    offerId: 'pack-8',
    representativeId: 'rep-7',
    ...changes,
  };
}

function toJson(report: ReportedOutcome): Uint8Array {
  return Buffer.from(JSON.stringify(report));
}

function batchOf(partition: number, records: readonly IncomingRecord[]): RecordBatch {
  return { partition, records, heartbeat: () => Promise.resolve() };
}
