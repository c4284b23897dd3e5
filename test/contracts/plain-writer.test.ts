import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DescMessage } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { RiskAlertSchema, RiskScoreSchema } from '../../services/contracts/gen/churn/v1/risk_pb.ts';
import { OutcomeSchema, WorkOrderEventSchema } from '../../services/contracts/gen/retention/v1/work_order_pb.ts';
import { SubscriberEventSchema } from '../../services/contracts/gen/telco/v1/subscriber_event_pb.ts';
import { compilePlainReader } from '../../services/contracts/plain-reader.ts';
import { compilePlainWriter } from '../../services/contracts/plain-writer.ts';
import { plainMessage } from './arbitrary-plain.ts';
import { libraryWriter } from './library-writer.ts';

const schemas: readonly (readonly [DescMessage, number])[] = [
  [SubscriberEventSchema, 1_500],
  [RiskScoreSchema, 500],
  [RiskAlertSchema, 500],
  [OutcomeSchema, 500],
  [WorkOrderEventSchema, 500],
];

for (const [schema, numRuns] of schemas) {
  test(`${schema.typeName} is written byte for byte as the generated runtime writes it, and read back the same`, () => {
    const [write, read, writeByLibrary] = [
      compilePlainWriter(schema),
      compilePlainReader(schema),
      libraryWriter(schema),
    ];
    fc.assert(
      fc.property(plainMessage(schema), (plain) => {
        const bytes = write(plain);
        assert.equal(bytes.toString('hex'), Buffer.from(writeByLibrary(plain)).toString('hex'));
        assert.deepEqual(read(bytes), plain);
      }),
      { numRuns },
    );
  });
}

test('what is left out or undefined is written as its default', () => {
  const write = compilePlainWriter(OutcomeSchema);
  assert.equal(write({}).length, 0);
  assert.equal(write({ outcomeId: undefined, cause: 'unspecified', occurredAtMs: -0 }).length, 0);
});

test('a zero that is stated in an optional field travels', () => {
  const write = compilePlainWriter(SubscriberEventSchema);
  const read = compilePlainReader(SubscriberEventSchema);
  const body = { type: 'profile', birthYear: 0, activatedAtMs: 0, brand: '', fused: false, paymentType: 'unspecified' };
  assert.deepEqual(read(write({ body }))['body'], body);
});

const misfits: readonly (readonly [what: string, plain: Record<string, unknown>, message: string])[] = [
  ['a number for a text', { eventId: 1 }, 'SubscriberEvent.event_id is not a string'],
  ['null', { feed: null }, 'SubscriberEvent.feed is not a string'],
  ['half a surrogate pair', { feed: '\ud800' }, 'SubscriberEvent.feed holds half a surrogate pair'],
  [
    'half a pair in a long text',
    { feed: `${'x'.repeat(99)}\udc00` },
    'SubscriberEvent.feed holds half a surrogate pair',
  ],
  ['a text for an instant', { occurredAtMs: '0' }, 'SubscriberEvent.occurred_at_ms is not a number'],
  ['an unsafe integer', { occurredAtMs: 2 ** 53 }, 'SubscriberEvent.occurred_at_ms is not a safe integer'],
  ['a fraction', { recordedAtMs: 0.5 }, 'SubscriberEvent.recorded_at_ms is not a safe integer'],
  ['NaN for an integer', { recordedAtMs: NaN }, 'SubscriberEvent.recorded_at_ms is not a safe integer'],
  [
    'beyond int32',
    { utcOffsetMinutes: 2 ** 31 },
    'SubscriberEvent.utc_offset_minutes is not within -2147483648 to 2147483647',
  ],
  ['no body', { body: undefined }, 'SubscriberEvent.body is not an object'],
  ['an unknown body', { body: { type: 'secret' } }, 'SubscriberEvent.body: no such type'],
  ['a body without a type', { body: {} }, 'SubscriberEvent.body: no such type'],
  ['beyond uint32', call({ durationS: 2 ** 32 }), 'Call.duration_s is not within 0 to 4294967295'],
  ['below uint32', call({ durationS: -1 }), 'Call.duration_s is not within 0 to 4294967295'],
  ['a negative uint64', { body: { type: 'bill', bytes: -1 } }, 'Bill.bytes is not within 0 to 9007199254740991'],
  ['an unknown enum name', call({ direction: 'secret' }), 'Call.direction: no such value'],
  ['an enum number', call({ direction: 1 }), 'Call.direction: no such value'],
  ['a number for a boolean', call({ inVpn: 1 }), 'Call.in_vpn is not a boolean'],
  ['a text for a message', call({ otherParty: 'secret' }), 'Call.other_party is not an object'],
  ['a misfit inside', call({ otherParty: { kind: 'secret' } }), 'OtherParty.kind: no such value'],
  [
    'a text for a double',
    { body: { type: 'social_mention', sentiment: '1' } },
    'SocialMention.sentiment is not a number',
  ],
  [
    'a text for a list',
    { body: { type: 'agent_contact', matchedTerms: 'x' } },
    'AgentContact.matched_terms is not a list',
  ],
  [
    'a list with a number',
    { body: { type: 'agent_contact', matchedTerms: [1] } },
    'AgentContact.matched_terms is not a string',
  ],
  ['a text for a map', { body: { type: 'survey', answers: 'x' } }, 'Survey.answers is not an object'],
  ['a map with a number', { body: { type: 'survey', answers: { a: 1 } } }, 'Survey.answers is not a string'],
];

test('a value that does not fit is refused by the name of its field, without the value', () => {
  const write = compilePlainWriter(SubscriberEventSchema);
  for (const [what, plain, message] of misfits) {
    assert.throws(() => write({ ...call({}), ...plain }), { message }, what);
  }
});

test('a refusal leaves nothing behind in the next message, nor a message in one handed out before', () => {
  const [write, fresh] = [compilePlainWriter(SubscriberEventSchema), compilePlainWriter(SubscriberEventSchema)];
  const plain = { eventId: 'e', feed: 'voice', ...call({ direction: 'forwarded', durationS: 7 }) };
  const bytes = write(plain);
  assert.throws(() => write({ eventId: 1, ...call({ imeiHash: 'x'.repeat(5_000) }) }));
  assert.deepEqual(write({ eventId: 'other', ...call({}) }), fresh({ eventId: 'other', ...call({}) }));
  assert.deepEqual(bytes, fresh(plain));
});

function call(fields: Record<string, unknown>): Record<string, unknown> {
  return { body: { type: 'call', ...fields } };
}
