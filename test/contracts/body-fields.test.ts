import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import type { ContractField, EventBodyType } from '../../services/contracts/body-fields.ts';
import {
  bodyFields,
  defaultBody,
  defaultPart,
  eventBodyTypes,
  isEventBodyType,
} from '../../services/contracts/body-fields.ts';
import { SubscriberEventSchema } from '../../services/contracts/gen/telco/v1/subscriber_event_pb.ts';
import { decodeLogRecord, encodeLogRecord } from '../../services/contracts/log-record.ts';
import type { LogRecord } from '../../services/core/events/subscriber-event.ts';

const head = { eventId: 'e', subscriberId: 's', occurredAtMs: 1, recordedAtMs: 1, feed: 'f', utcOffsetMinutes: 0 };

test('every body but the marks is described', () => {
  const described = new Set<string>(eventBodyTypes);
  const members = SubscriberEventSchema.oneofs[0]?.fields.map((field) => field.name) ?? [];
  assert.deepEqual(
    members.filter((name) => !described.has(name)),
    ['feed_progress', 'network_incident'],
  );
  assert.equal(isEventBodyType('call'), true);
  assert.equal(isEventBodyType('feed_progress'), false);
});

test('a default body is what an empty one reads as, in a fresh object', () => {
  for (const oneofField of SubscriberEventSchema.oneofs[0]?.fields ?? []) {
    if (!isEventBodyType(oneofField.name)) continue;
    const message = create(SubscriberEventSchema, { eventId: 'e' });
    Object.assign(message, { body: { case: oneofField.localName, value: emptyBody(oneofField.localName) } });
    const decoded = decodeLogRecord(toBinary(SubscriberEventSchema, message));
    assert.ok(decoded.ok);
    const body = defaultBody(oneofField.name);
    assert.deepEqual(body, decoded.value.body);
    assert.deepEqual(Object.keys(body), Object.keys(decoded.value.body));
  }
  const [one, other] = [defaultBody('agent_contact'), defaultBody('agent_contact')];
  assert.ok(one.type === 'agent_contact' && other.type === 'agent_contact');
  assert.notEqual(one.matchedTerms, other.matchedTerms);
});

test('a default part is what an empty nested message reads as', () => {
  assert.deepEqual(defaultPart('call', 'otherParty'), {
    partyId: '',
    operatorCode: '',
    network: 'unspecified',
    kind: 'unspecified',
  });
  assert.notEqual(defaultPart('call', 'location'), defaultPart('call', 'location'));
  assert.throws(() => defaultPart('call', 'durationS'), RangeError);
});

test('whatever the description allows can be set, travels and comes back', () => {
  const settings = fc.constantFrom(...eventBodyTypes).chain((type) => {
    const values = bodyFields(type).map((field) => fc.option(allowed(field), { nil: undefined }));
    return fc.tuple(...values).map((set) => ({ type, set }));
  });
  fc.assert(
    fc.property(settings, ({ type, set }) => {
      const record = recordWith(type, set);
      assert.deepEqual(decodeLogRecord(encodeLogRecord(record)), { ok: true, value: record });
    }),
    { numRuns: 1_000 },
  );
});

test('kinds, bounds, units and presence are those of the contract', () => {
  const expected: readonly (readonly [EventBodyType, ContractField])[] = [
    ['call', { path: 'durationS', kind: 'integer', min: 0, max: 4294967295, unit: 'seconds', optional: false }],
    ['call', { path: 'otherParty.partyId', kind: 'string', optional: false }],
    [
      'call',
      {
        path: 'result',
        kind: 'enum',
        values: ['unspecified', 'answered', 'failed', 'dropped'],
        optional: false,
      },
    ],
    ['call', { path: 'inVpn', kind: 'boolean', optional: false }],
    ['call', { path: 'recordSequenceNumber', kind: 'integer', min: 0, max: 4294967295, optional: false }],
    [
      'data_session',
      { path: 'upBytes', kind: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER, unit: 'bytes', optional: false },
    ],
    ['data_session', { path: 'meanKbps', kind: 'integer', min: 0, max: 4294967295, unit: 'kbit/s', optional: false }],
    [
      'top_up',
      {
        path: 'balanceAfterMinor',
        kind: 'integer',
        min: Number.MIN_SAFE_INTEGER,
        max: Number.MAX_SAFE_INTEGER,
        unit: 'minor units',
        optional: true,
      },
    ],
    [
      'contract_start',
      {
        path: 'endsAtMs',
        kind: 'integer',
        min: Number.MIN_SAFE_INTEGER,
        max: Number.MAX_SAFE_INTEGER,
        unit: 'epoch ms',
        optional: false,
      },
    ],
    ['bill', { path: 'minutes', kind: 'integer', min: 0, max: 4294967295, unit: 'minutes', optional: false }],
    ['bill', { path: 'bytes', kind: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER, unit: 'bytes', optional: false }],
    ['payment', { path: 'overdueDays', kind: 'integer', min: 0, max: 4294967295, unit: 'days', optional: false }],
    ['profile', { path: 'broadbandMbps', kind: 'integer', min: 0, max: 4294967295, unit: 'Mbit/s', optional: true }],
    ['complaint', { path: 'justified', kind: 'boolean', optional: true }],
    ['social_mention', { path: 'sentiment', kind: 'number', optional: false }],
    ['agent_contact', { path: 'matchedTerms', kind: 'string list', optional: false }],
    ['survey', { path: 'answers', kind: 'string map', optional: false }],
  ];
  for (const [type, field] of expected) {
    assert.deepEqual(
      bodyFields(type).find(({ path }) => path === field.path),
      field,
    );
  }
});

function emptyBody(localName: string): unknown {
  const field = SubscriberEventSchema.oneofs[0]?.fields.find((member) => member.localName === localName);
  assert.ok(field?.fieldKind === 'message');
  return create(field.message);
}

function allowed({ kind, values = [], min, max }: ContractField): fc.Arbitrary<unknown> {
  switch (kind) {
    case 'string':
      return fc.string();
    case 'integer':
      assert.ok(min !== undefined && max !== undefined);
      return fc.oneof(
        fc.constantFrom(min, max),
        fc.maxSafeInteger().filter((value) => value >= min && value <= max),
      );
    case 'number':
      return fc.double();
    case 'boolean':
      return fc.boolean();
    case 'enum':
      return fc.constantFrom(...values);
    case 'string list':
      return fc.array(fc.string());
    case 'string map':
      return fc.constantFrom({}, { q1: 'yes' }, { q1: 'no', 2: '' });
  }
}

function recordWith(type: EventBodyType, values: readonly unknown[]): LogRecord {
  const body = defaultBody(type);
  const target = asFields(body);
  for (const [index, { path }] of bodyFields(type).entries()) {
    const [first = '', second] = path.split('.');
    const value = values[index];
    if (value === undefined) continue;
    if (second === undefined) target[first] = value;
    else asFields((target[first] ??= defaultPart(type, first)))[second] = value;
  }
  return { ...head, body };
}

function asFields(value: unknown): Record<string, unknown> {
  assert.ok(isFields(value));
  return value;
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
