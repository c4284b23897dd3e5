import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyFields, eventBodyTypes } from '../../../services/contracts/body-fields.ts';
import { eventOf, mapperOf } from '../../support/feed-mapping.ts';

const inClear = mapperOf(' contract-json');
const chinese = mapperOf(' { use: contract-json, numbers: { countryCode: "86", trunkPrefix: "0" } }');
const HEAD = {
  eventId: 'e1',
  subscriberId: '8613900000001',
  occurredAtMs: 1_741_774_500_000,
  recordedAtMs: 1_741_774_500_000,
  feed: 'voice',
  utcOffsetMinutes: 480,
};

test('a record of the contract passes, with pseudonyms in place of what was in clear', () => {
  const call = {
    type: 'call',
    direction: 'forwarded',
    otherParty: { partyId: '8613911111111', operatorCode: 'own', network: 'on_net', kind: 'person' },
    forwardedTo: { partyId: '8618611111111', network: 'off_net' },
    imeiHash: '490154203237518',
    durationS: 12,
  };
  const record = eventOf(inClear({ ...HEAD, body: call }));
  assert.deepEqual({ ...record, body: {} }, { ...HEAD, subscriberId: '<8613900000001>', body: {} });
  const { body } = record;
  assert.ok(body.type === 'call');
  assert.equal(body.otherParty?.partyId, '<8613911111111>');
  assert.equal(body.otherParty.operatorCode, 'own');
  assert.equal(body.forwardedTo?.partyId, '<8618611111111>');
  assert.equal(body.imeiHash, '<490154203237518>');
  assert.equal(body.durationS, 12);
});

/** A body in which every text says its path. */
function bodyOfPaths(type: string, paths: readonly string[]): Record<string, unknown> {
  const body: Record<string, unknown> = { type };
  for (const path of paths) {
    const [group = '', name] = path.split('.');
    if (name === undefined) body[group] = path;
    else body[group] = { ...(body[group] ?? {}), [name]: path };
  }
  return body;
}

test('every field of every body that holds a pseudonym gets one, and no other field does', () => {
  for (const type of eventBodyTypes) {
    const texts = bodyFields(type).flatMap(({ kind, path }) => (kind === 'string' ? [path] : []));
    const record = eventOf(inClear({ ...HEAD, body: bodyOfPaths(type, texts) }));
    const told = JSON.stringify(record.body).match(/"<[^>]*>"/g) ?? [];
    const expected = texts.filter((path) => /(?:^|\.)(?:partyId|imeiHash|identityHash)$/.test(path));
    assert.deepEqual(told.toSorted(), expected.map((path) => `"<${path}>"`).toSorted(), type);
  }
});

test('empty stays empty: nothing is made a pseudonym of nothing', () => {
  const { body } = eventOf(inClear({ ...HEAD, body: { type: 'message', otherParty: { kind: 'service' } } }));
  assert.ok(body.type === 'message');
  assert.deepEqual([body.otherParty?.partyId, body.imeiHash], ['', '']);
});

test('marks pass to be written to every partition', () => {
  const mark = {
    ...HEAD,
    subscriberId: '',
    body: { type: 'feed_progress', feed: 'voice', completeThroughMs: 1_741_774_500_000 },
  };
  assert.deepEqual(inClear(mark), { kind: 'mark', record: mark });
  assert.equal(
    inClear({ ...HEAD, subscriberId: '', body: { type: 'network_incident', incidentId: 'i' } }).kind,
    'mark',
  );
});

test('where the feed says how numbers are written, they are brought to one form', () => {
  const body = { type: 'message', otherParty: { partyId: '10086' } };
  const record = eventOf(chinese({ ...HEAD, subscriberId: '0139-0000-0001', body }));
  assert.equal(record.subscriberId, '<8613900000001>');
  assert.ok(record.body.type === 'message');
  assert.equal(record.body.otherParty?.partyId, '');
  const service = chinese({ ...HEAD, subscriberId: '10086', body });
  assert.ok(service.kind === 'rejected');
  assert.deepEqual(
    [service.field, service.reason, service.valueClass],
    ['subscriberId', 'not_a_phone_number', 'digits(5)'],
  );
});

test('a record without a feed is of the feed that delivers it', () => {
  const { feed, ...rest } = HEAD;
  assert.equal(feed, 'voice');
  assert.equal(eventOf(inClear({ ...rest, body: { type: 'top_up', amountMinor: 5 } })).feed, 'test');
});

test('what is no record of the contract is rejected with the place', () => {
  for (const [row, field] of [
    [{ ...HEAD, body: { type: 'call', durationS: '12' } }, 'body.durationS'],
    [{ ...HEAD, body: { type: 'dance' } }, 'body.type'],
    [HEAD, 'body'],
    [[1], ''],
    ['8613900000001', ''],
  ] as const) {
    const mapped = inClear(row);
    assert.ok(mapped.kind === 'rejected');
    assert.deepEqual([mapped.reason, mapped.field], ['not_a_contract_record', field]);
  }
});
