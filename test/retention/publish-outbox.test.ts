import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLogRecord, encodeLogRecord } from '../../services/contracts/log-record.ts';
import { accepted } from '../../services/core/outcome.ts';
import type { OutgoingRecord } from '../../services/platform/kafka/record.ts';
import { createNoticeRecords } from '../../services/retention/notice-records.ts';
import { createOutboxPublisher } from '../../services/retention/publish-outbox.ts';
import { createTmfUrls } from '../../services/retention/tmf/tmf-urls.ts';
import { createRecordSink } from '../support/fake-records.ts';
import { PUBLIC_BASE_URL, createTestDesk } from '../support/retention-app.ts';
import type { TestDesk } from '../support/retention-app.ts';
import { sampleAlert } from '../support/sample-alert.ts';

const alert = sampleAlert();
const ORDER_ID = `wo-${alert.alertId}`;

test('every step of an order is published as a TMF697 event keyed by subscriber, the outcome also to the log', async () => {
  const { testDesk, sink, publisher, published } = await withClosedOrder();
  assert.equal(await publisher.publishPending(), 3);
  assert.deepEqual(sink.sent.map(summaryOf), [
    ['retention.work-order.v1', 'k1-subscriberA', `${ORDER_ID}-v1`, 'WorkOrderCreateEvent'],
    ['retention.work-order.v1', 'k1-subscriberA', `${ORDER_ID}-v2`, 'WorkOrderStateChangeEvent'],
    ['retention.work-order.v1', 'k1-subscriberA', `${ORDER_ID}-v3`, 'WorkOrderStateChangeEvent'],
    ['telco.subscriber.event.v1', 'k1-subscriberA', `${ORDER_ID}-outcome`, 'telco.v1.SubscriberEvent'],
  ]);
  assert.deepEqual(published, [3]);
  assert.equal(await testDesk.store.outboxLength(), 0);
  assert.equal(await publisher.publishPending(), 0);
});

test('the event carries the order in CloudEvents binary mode', async () => {
  const { sink, publisher } = await withClosedOrder();
  await publisher.publishPending();
  const record = sink.sent[2];
  assert.ok(record?.headers);
  assert.equal(record.headers['ce_specversion'], '1.0');
  assert.equal(record.headers['ce_source'], '/churn-warning/retention');
  assert.equal(record.headers['ce_subject'], ORDER_ID);
  assert.equal(record.headers['ce_time'], '2026-10-20T02:00:00.000Z');
  assert.equal(record.headers['content-type'], 'application/json; charset=utf-8');
  const event = JSON.parse(Buffer.from(record.value ?? []).toString()) as Record<string, unknown>;
  assert.equal(event['eventId'], `${ORDER_ID}-v3`);
  assert.equal(event['correlationId'], alert.alertId);
  assert.equal(event['timeOcurred'], '2026-10-20T02:00:00.000Z');
  const { workOrder } = event['event'] as { workOrder: { state: string; href: string } };
  assert.equal(workOrder.state, 'failed');
  assert.ok(workOrder.href.startsWith(PUBLIC_BASE_URL));
});

test('the outcome in the log can be read back and names alert and episode', async () => {
  const { sink, publisher } = await withClosedOrder();
  await publisher.publishPending();
  const decoded = decodeLogRecord(Buffer.from(sink.sent[3]?.value ?? []));
  assert.ok(decoded.ok);
  assert.equal(decoded.value.feed, 'retention');
  assert.equal(decoded.value.utcOffsetMinutes, 480);
  assert.deepEqual(decoded.value.body, {
    type: 'order_outcome',
    workOrderId: ORDER_ID,
    alertId: alert.alertId,
    episode: 1,
    result: 'lost',
    cause: 'rival',
    offerId: '',
  });
});

test('while Kafka is away nothing leaves the outbox, and afterwards all of it does, in order', async () => {
  const { testDesk, sink, publisher } = await withClosedOrder();
  sink.failWith(new Error('no broker'));
  await assert.rejects(publisher.publishPending(), /no broker/);
  assert.equal(await testDesk.store.outboxLength(), 3);
  sink.failWith(undefined);
  assert.equal(await publisher.publishPending(), 3);
  assert.equal(sink.sent.length, 4);
});

test('a crash between sending and trimming publishes again under the same ids', async () => {
  const { testDesk, sink, toRecords } = await withClosedOrder();
  const crashing = createOutboxPublisher({
    store: {
      readOutbox: (limit) => testDesk.store.readOutbox(limit),
      trimOutbox: () => Promise.reject(new Error('killed')),
      parkOutboxEntry: (entryId) => testDesk.store.parkOutboxEntry(entryId),
    },
    send: sink.send,
    toRecords,
    onPublished: () => undefined,
    onParked: () => undefined,
  });
  await assert.rejects(crashing.publishPending(), /killed/);
  await assert.rejects(crashing.publishPending(), /killed/);
  const ids = sink.sent.map((record) => summaryOf(record)[2]);
  assert.equal(ids.length, 8);
  assert.deepEqual(ids.slice(0, 4), ids.slice(4));
  assert.equal(new Set(ids).size, 4);
});

test('an aborted publisher leaves the rest for the next start', async () => {
  const { testDesk, publisher } = await withClosedOrder();
  assert.equal(await publisher.publishPending(AbortSignal.abort()), 0);
  assert.equal(await testDesk.store.outboxLength(), 3);
});

test('a notice that cannot be read or published is set aside and told, and the others go out', async () => {
  const { testDesk, sink, toRecords } = await withClosedOrder();
  const parked: string[] = [];
  const publisher = createOutboxPublisher({
    store: {
      ...testDesk.store,
      async readOutbox(limit) {
        const [first, ...rest] = await testDesk.store.readOutbox(limit);
        if (first?.entryId !== '1') return first === undefined ? [] : [first, ...rest];
        return [{ entryId: first.entryId, unreadable: 'it is no JSON' }, ...rest];
      },
    },
    send: sink.send,
    toRecords(notice) {
      if (notice.eventId.endsWith('-v2')) throw new Error('no such state');
      return toRecords(notice);
    },
    onPublished: () => undefined,
    onParked: ({ entryId, detail }) => void parked.push(`${entryId} ${detail}`),
  });
  assert.equal(await publisher.publishPending(), 1);
  assert.deepEqual(parked, ['1 it is no JSON', '2 no such state']);
  assert.deepEqual(
    sink.sent.map((record) => summaryOf(record)[2]),
    [`${ORDER_ID}-v3`, `${ORDER_ID}-outcome`],
  );
  assert.equal(await testDesk.store.outboxLength(), 0);
});

async function withClosedOrder() {
  const testDesk: TestDesk = createTestDesk();
  await testDesk.desk.open(alert);
  const closed = await testDesk.desk.change(ORDER_ID, 1, () =>
    accepted([{ type: 'start' }, { type: 'close', result: 'lost', cause: 'rival' }]),
  );
  assert.ok(closed.ok);
  const sink = createRecordSink();
  const published: number[] = [];
  const toRecords = createNoticeRecords({
    workOrderTopic: 'retention.work-order.v1',
    inputTopic: 'telco.subscriber.event.v1',
    urls: createTmfUrls(PUBLIC_BASE_URL),
    encodeEvent: encodeLogRecord,
    utcOffsetMinutesAt: (atMs) => testDesk.calendar.utcOffsetMinutesAt(atMs),
  });
  const publisher = createOutboxPublisher({
    store: testDesk.store,
    send: sink.send,
    toRecords,
    onPublished: (notices) => published.push(notices.length),
    onParked: () => undefined,
  });
  return { testDesk, sink, publisher, published, toRecords };
}

function summaryOf(record: OutgoingRecord): readonly unknown[] {
  return [record.topic, record.key, record.headers?.['ce_id'], record.headers?.['ce_type']];
}
