import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { SubscriberEventSchema } from '../../services/contracts/gen/telco/v1/subscriber_event_pb.ts';
import { decodeLogRecord, encodeLogRecord } from '../../services/contracts/log-record.ts';
import type { LogRecord } from '../../services/core/events/subscriber-event.ts';
import { logRecord } from './arbitrary-plain.ts';

test('every body of the contract comes back as it was written', () => {
  fc.assert(
    fc.property(logRecord(), (record) => {
      const decoded = decodeLogRecord(encodeLogRecord(record));
      assert.deepEqual(decoded, { ok: true, value: record });
    }),
    { numRuns: 2_000 },
  );
});

test('what the generated runtime rewrites reads the same', () => {
  fc.assert(
    fc.property(logRecord(), (record) => {
      const bytes = encodeLogRecord(record);
      const rewritten = toBinary(SubscriberEventSchema, fromBinary(SubscriberEventSchema, bytes));
      assert.deepEqual(decodeLogRecord(rewritten), decodeLogRecord(bytes));
    }),
    { numRuns: 500 },
  );
});

test('a truncated record is refused or reads as the generated runtime reads it', () => {
  fc.assert(
    fc.property(logRecord(), fc.nat(), (record, cut) => {
      const bytes = encodeLogRecord(record);
      const part = bytes.subarray(0, cut % bytes.length);
      const decoded = decodeLogRecord(part);
      if (decoded.ok) assert.doesNotThrow(() => fromBinary(SubscriberEventSchema, part));
    }),
    { numRuns: 2_000 },
  );
});

test('random bytes never throw and never hang', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const decoded = decodeLogRecord(bytes);
      if (!decoded.ok) assert.equal(decoded.reason, 'undecodable');
    }),
    { numRuns: 5_000 },
  );
});

test('an unknown enum value is refused', () => {
  const bytes = toBinary(
    SubscriberEventSchema,
    create(SubscriberEventSchema, { eventId: 'e', body: { case: 'message', value: { kind: 99 as 0 } } }),
  );
  assert.deepEqual(decodeLogRecord(bytes), {
    ok: false,
    reason: 'undecodable',
    detail: 'unknown value of MessageKind',
  });
});

test('an integer that JavaScript cannot hold exactly is refused', () => {
  const bytes = toBinary(
    SubscriberEventSchema,
    create(SubscriberEventSchema, { occurredAtMs: 2n ** 60n, body: { case: 'topUp', value: {} } }),
  );
  assert.deepEqual(decodeLogRecord(bytes), {
    ok: false,
    reason: 'undecodable',
    detail: 'occurredAtMs is beyond ±2^53',
  });
});

test('a negative amount travels', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (amountMinor) => {
      const record: LogRecord = {
        eventId: 'e',
        subscriberId: 's',
        occurredAtMs: -1,
        recordedAtMs: 0,
        feed: 'f',
        utcOffsetMinutes: -150,
        body: { type: 'top_up', amountMinor, channel: 'unspecified', paymentWay: 'cash' },
      };
      assert.deepEqual(decodeLogRecord(encodeLogRecord(record)), { ok: true, value: record });
    }),
  );
});

test('a text may hold the replacement character; bytes that are no text are refused', () => {
  const record: LogRecord = {
    eventId: 'a \ufffd in the middle',
    subscriberId: 's',
    occurredAtMs: 0,
    recordedAtMs: 0,
    feed: 'f',
    utcOffsetMinutes: 0,
    body: { type: 'balance_snapshot', balanceMinor: 1 },
  };
  const bytes = encodeLogRecord(record);
  assert.deepEqual(decodeLogRecord(bytes), { ok: true, value: record });
  const broken = Uint8Array.from(bytes);
  broken.fill(0xff, 2, 3);
  assert.deepEqual(decodeLogRecord(broken), { ok: false, reason: 'undecodable', detail: 'eventId is not UTF-8' });
});

test('a record without a body is refused', () => {
  const bytes = toBinary(SubscriberEventSchema, create(SubscriberEventSchema, { eventId: 'e' }));
  assert.equal(decodeLogRecord(bytes).ok, false);
});
