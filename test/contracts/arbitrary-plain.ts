import assert from 'node:assert/strict';
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { enumNames } from '../../services/contracts/enum-names.ts';
import { SubscriberEventSchema } from '../../services/contracts/gen/telco/v1/subscriber_event_pb.ts';
import type { LogRecord } from '../../services/core/events/subscriber-event.ts';

type Plain = Record<string, unknown>;

/** Any record the contract allows, made from its descriptor, so that no body can be forgotten here. */
export function logRecord(): fc.Arbitrary<LogRecord> {
  return plainMessage(SubscriberEventSchema).map((record) => {
    assert.ok(isLogRecord(record));
    return record;
  });
}

function isLogRecord(record: object): record is LogRecord {
  return 'body' in record;
}

/** Any message of a schema in core's plain form. */
export function plainMessage(schema: DescMessage): fc.Arbitrary<Plain> {
  const required: Record<string, fc.Arbitrary<unknown>> = {};
  const optional: Record<string, fc.Arbitrary<unknown>> = {};
  for (const field of schema.fields) {
    if (field.fieldKind !== 'list' && field.fieldKind !== 'map' && field.oneof !== undefined) continue;
    (field.proto.proto3Optional ? optional : required)[field.localName] = fieldValue(field);
  }
  for (const oneof of schema.oneofs) {
    required[oneof.localName] = fc.oneof(
      ...oneof.fields.map((field) => {
        assert.ok(field.fieldKind === 'message');
        return plainMessage(field.message).map((value) => ({ type: field.name, ...value }));
      }),
    );
  }
  return fc.tuple(fc.record(required), fc.record(optional, { requiredKeys: [] })).map(([a, b]) => ({ ...a, ...b }));
}

function fieldValue(field: DescField): fc.Arbitrary<unknown> {
  switch (field.fieldKind) {
    case 'list':
      if (field.listKind === 'message') return fc.array(plainMessage(field.message));
      return fc.array(field.listKind === 'scalar' ? scalar(field.scalar) : text());
    case 'map':
      return fc.dictionary(
        text().filter((key) => key !== '__proto__'),
        text(),
        { noNullPrototype: true },
      );
    case 'message':
      return fc.option(plainMessage(field.message), { nil: undefined });
    case 'enum':
      return fc.constantFrom(...enumNames(field.enum).filter((name) => name !== undefined));
    case 'scalar':
      return scalar(field.scalar);
  }
}

function scalar(type: ScalarType): fc.Arbitrary<unknown> {
  switch (type) {
    case ScalarType.STRING:
      return text();
    case ScalarType.BOOL:
      return fc.boolean();
    case ScalarType.DOUBLE:
      return fc.double();
    case ScalarType.FLOAT:
      return fc.float();
    case ScalarType.UINT32:
      return fc.oneof(fc.nat(300), fc.nat(2 ** 32 - 1), fc.constant(2 ** 32 - 1));
    case ScalarType.SINT32:
      return fc.integer();
    case ScalarType.UINT64:
      return fc.oneof(fc.nat(300), powersOfTwo(), fc.maxSafeNat());
    default:
      return fc.oneof(
        fc.integer({ min: -300, max: 300 }),
        powersOfTwo(),
        powersOfTwo().map((value) => -value),
        fc.maxSafeInteger(),
      );
  }
}

/** Where a varint grows by a byte, and one to either side; not -0, which is no integer of its own. */
function powersOfTwo(): fc.Arbitrary<number> {
  return fc.tuple(fc.nat(52), fc.constantFrom(-1, 0, 1)).map(([exponent, by]) => Math.max(1, 2 ** exponent + by));
}

/** Short, as ids are, or around the lengths where the writer changes its ways, or longer than its first buffer. */
function text(): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 50 }) },
    { weight: 4, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 50 }) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary-ascii', minLength: 110, maxLength: 140, size: 'max' }) },
    { weight: 1, arbitrary: fc.nat(800).map((length) => 'é'.repeat(length)) },
  );
}
