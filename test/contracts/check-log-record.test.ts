import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bodyFields, defaultBody, eventBodyTypes } from '../../services/contracts/body-fields.ts';
import { checkLogRecord } from '../../services/contracts/check-log-record.ts';
import { logRecord } from './arbitrary-plain.ts';

const emptyHead = { eventId: '', subscriberId: '', occurredAtMs: 0, recordedAtMs: 0, feed: '', utcOffsetMinutes: 0 };

test('any record comes back from JSON as it was', () => {
  fc.assert(
    fc.property(logRecord(), (record) => {
      const parsed: unknown = JSON.parse(JSON.stringify(record));
      // JSON knows neither NaN nor infinity nor -0.
      fc.pre(Object.values(record.body).every((value) => typeof value !== 'number' || isJsonNumber(value)));
      assert.deepEqual(checkLogRecord(parsed), { ok: true, value: record });
    }),
    { numRuns: 1_000 },
  );
});

test('what is left out or null takes its default', () => {
  for (const type of eventBodyTypes) {
    const expected = { ok: true, value: { ...emptyHead, body: defaultBody(type) } };
    assert.deepEqual(checkLogRecord({ body: { type } }), expected);
    const nulls: Record<string, null> = {};
    for (const { path } of bodyFields(type)) nulls[path.replace(/\..*/, '')] = null;
    assert.deepEqual(checkLogRecord({ feed: null, body: { type, ...nulls } }), expected);
  }
});

test('marks are records too', () => {
  const checked = checkLogRecord({ body: { type: 'feed_progress', feed: 'voice', completeThroughMs: 5 } });
  const body = { type: 'feed_progress', feed: 'voice', completeThroughMs: 5 };
  assert.deepEqual(checked, { ok: true, value: { ...emptyHead, body } });
});

const misfits: readonly (readonly [plain: unknown, field: string, expected: RegExp])[] = [
  [7, '', /^an object$/],
  [[], '', /^an object$/],
  [{}, 'body', /^an object$/],
  [{ body: null }, 'body', /^an object$/],
  [{ body: { type: 'nothing' } }, 'body.type', /^one of call, data_session, .*network_incident$/],
  [{ body: {} }, 'body.type', /^one of call, /],
  [{ body: { type: 'call' }, feeds: 'voice' }, 'feeds', /^no field but .*feed, /],
  [call({ durationSec: 1 }), 'body.durationSec', /^no field but direction, .*durationS, /],
  [call({ durationS: '1' }), 'body.durationS', /^an integer from 0 to 4294967295$/],
  [call({ durationS: -1 }), 'body.durationS', /^an integer from 0 to 4294967295$/],
  [call({ chargeMinor: 0.5 }), 'body.chargeMinor', /^an integer from -9007199254740991 to 9007199254740991$/],
  [call({ direction: 'up' }), 'body.direction', /^one of unspecified, mobile_originated, /],
  [call({ otherParty: { kind: 'x' } }), 'body.otherParty.kind', /^one of unspecified, person, /],
  [call({ otherParty: { number: '1' } }), 'body.otherParty.number', /^no field but partyId, /],
  [call({ location: [] }), 'body.location', /^an object$/],
  [call({ inVpn: 'true' }), 'body.inVpn', /^true or false$/],
  [call({ imeiHash: '\ud800' }), 'body.imeiHash', /^a text without half surrogate pairs$/],
  [{ body: { type: 'social_mention', sentiment: Infinity } }, 'body.sentiment', /^a finite number$/],
  [{ body: { type: 'agent_contact', matchedTerms: 'x' } }, 'body.matchedTerms', /^a list$/],
  [{ body: { type: 'agent_contact', matchedTerms: [null] } }, 'body.matchedTerms', /^a text$/],
  [{ body: { type: 'survey', answers: { q1: 5 } } }, 'body.answers', /^a text$/],
  [Object.fromEntries([['__proto__', {}] as const]), '__proto__', /^no field but /],
];

test('a misfit is refused with its place and what was expected there', () => {
  for (const [plain, field, expected] of misfits) {
    const checked = checkLogRecord(plain);
    assert.ok(!checked.ok, field);
    assert.equal(checked.reason, 'misfit');
    assert.equal(checked.field, field);
    assert.match(checked.expected, expected);
    assert.equal(checked.detail, `${field === '' ? 'the record' : field}: expected ${checked.expected}`);
  }
});

test('a refusal repeats nothing of the value, nor a name that may be data', () => {
  const number = '8613912345678';
  for (const type of eventBodyTypes) {
    for (const { path } of bodyFields(type)) {
      const [first = '', second] = path.split('.');
      const bad = [{ [number]: number }];
      const checked = checkLogRecord({ body: { type, [first]: second === undefined ? bad : { [second]: bad } } });
      assert.ok(!checked.ok);
      assert.equal(checked.field, `body.${path}`);
      assert.doesNotMatch(JSON.stringify(checked), /86139/);
    }
  }
  const checked = checkLogRecord(call({ [number]: number }));
  assert.ok(!checked.ok);
  assert.equal(checked.field, 'body');
  assert.doesNotMatch(JSON.stringify(checked), /86139/);
});

function call(fields: Record<string, unknown>): unknown {
  return { body: { type: 'call', ...fields } };
}

function isJsonNumber(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}
