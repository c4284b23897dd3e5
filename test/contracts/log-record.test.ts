import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { enumNames } from '../../services/contracts/enum-names.ts';
import { SubscriberEventSchema } from '../../services/contracts/gen/telco/v1/subscriber_event_pb.ts';
import { decodeLogRecord, encodeLogRecord } from '../../services/contracts/log-record.ts';
import type { LogRecord } from '../../services/core/events/subscriber-event.ts';

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

test('a record without a body is refused', () => {
  const bytes = toBinary(SubscriberEventSchema, create(SubscriberEventSchema, { eventId: 'e' }));
  assert.equal(decodeLogRecord(bytes).ok, false);
});

/** Any record the contract allows, made from its descriptor, so that no body can be forgotten here. */
function logRecord(): fc.Arbitrary<LogRecord> {
  const bodies = SubscriberEventSchema.oneofs[0];
  assert.ok(bodies);
  const body = fc.oneof(
    ...bodies.fields.map((field) => {
      assert.ok(field.fieldKind === 'message');
      return message(field.message).map((value) => ({ type: field.name, ...value }));
    }),
  );
  const head = message(SubscriberEventSchema);
  return fc.tuple(head, body).map(([h, b]) => Object.assign({}, h, { body: b }) as unknown as LogRecord);
}

function message(schema: DescMessage): fc.Arbitrary<Record<string, unknown>> {
  const required: Record<string, fc.Arbitrary<unknown>> = {};
  const optional: Record<string, fc.Arbitrary<unknown>> = {};
  for (const field of schema.fields) {
    if (field.fieldKind !== 'list' && field.fieldKind !== 'map' && field.oneof !== undefined) continue;
    (field.proto.proto3Optional ? optional : required)[field.localName] = fieldValue(field);
  }
  return fc.tuple(fc.record(required), fc.record(optional, { requiredKeys: [] })).map(([a, b]) => ({ ...a, ...b }));
}

function fieldValue(field: DescField): fc.Arbitrary<unknown> {
  switch (field.fieldKind) {
    case 'list':
      return fc.array(fc.string());
    case 'map':
      return fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        fc.string(),
        { noNullPrototype: true },
      );
    case 'message':
      return fc.option(message(field.message), { nil: undefined });
    case 'enum':
      return fc.constantFrom(...enumNames(field.enum));
    case 'scalar':
      return scalar(field.scalar);
  }
}

function scalar(type: ScalarType): fc.Arbitrary<unknown> {
  switch (type) {
    case ScalarType.STRING:
      return fc.string({ unit: 'binary', maxLength: 50 }).filter((text) => !text.includes('\ufffd'));
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.DOUBLE:
      return fc.double();
    case ScalarType.UINT32:
      return fc.nat(2 ** 32 - 1);
    case ScalarType.SINT32:
      return fc.integer();
    case ScalarType.UINT64:
      return fc.maxSafeNat();
    default:
      return fc.maxSafeInteger();
  }
}
