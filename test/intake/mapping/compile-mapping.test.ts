import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateRecord } from '../../../services/core/events/validate-record.ts';
import { CALLS, COLUMNS, GOOD } from '../../support/calls-mapping.ts';
import { eventOf, mapperOf, mistakesOf } from '../../support/feed-mapping.ts';

const map = mapperOf(CALLS, COLUMNS);

const withCell = (name: string, value: string): readonly string[] => GOOD.with(COLUMNS.indexOf(name), value);

test('a row becomes a record of the contract, with numbers and devices as pseudonyms', () => {
  const record = eventOf(map(GOOD));
  assert.deepEqual(record, {
    eventId: 'call|r1|20250312181500',
    subscriberId: '<8613900000001>',
    occurredAtMs: Date.UTC(2025, 2, 12, 10, 15),
    recordedAtMs: Date.UTC(2025, 2, 12, 10, 15),
    feed: 'test',
    utcOffsetMinutes: 480,
    body: {
      type: 'call',
      direction: 'mobile_originated',
      otherParty: { partyId: '<867551234567>', operatorCode: '', network: 'off_net', kind: 'person' },
      durationS: 61,
      billedDurationS: 0,
      chargeMinor: 125,
      scope: 'unspecified',
      result: 'dropped',
      location: undefined,
      imeiHash: '<490154203237518>',
      forwardedTo: undefined,
      inVpn: false,
      callReference: '',
      recordSequenceNumber: 0,
    },
  });
  const valid = validateRecord(record, { key: record.subscriberId, timestampMs: record.occurredAtMs });
  assert.equal(valid.ok, true);
});

test('one subscriber has one id, however a file writes the number', () => {
  for (const number of ['8613900000001', '+86 139 0000 0001', '013900000001', '008613900000001', ' 139-0000-0001 ']) {
    assert.equal(eventOf(map(withCell('msisdn', number))).subscriberId, '<8613900000001>', number);
  }
});

test('a service’s number has no pseudonym and is known by its lookup', () => {
  const { body } = eventOf(map(withCell('other', '10010')));
  assert.ok(body.type === 'call');
  assert.deepEqual(body.otherParty, { partyId: '', operatorCode: '', network: 'international', kind: 'rival_hotline' });
});

test('what a row does not state keeps the contract’s default', () => {
  const row = withCell('other', '').with(COLUMNS.indexOf('fee'), 'NULL').with(COLUMNS.indexOf('imei'), '  ');
  const { body } = eventOf(map(row));
  assert.ok(body.type === 'call');
  assert.deepEqual([body.otherParty, body.chargeMinor, body.imeiHash], [undefined, 0, '']);
});

test('a value that the mapping does not know takes the default where it has one', () => {
  const { body } = eventOf(map(withCell('cause', '77')));
  assert.ok(body.type === 'call');
  assert.equal(body.result, 'failed');
});

test('records of one mapping do not share what the rows say', () => {
  const first = eventOf(map(GOOD));
  const copy = structuredClone(first);
  eventOf(map(withCell('other', '8613911111111').with(COLUMNS.indexOf('seconds'), '5')));
  assert.deepEqual(first, copy);
});

test('the first record rule whose conditions all hold is taken, and rows that none is for are rejected', () => {
  assert.deepEqual(map(withCell('kind', 'MT')), { kind: 'skipped', reason: 'terminated' });
  assert.equal(map(withCell('kind', '0')).kind, 'event');
  for (const row of [withCell('kind', 'MT').with(2, ''), withCell('kind', 'MT').with(6, '9'), withCell('kind', '7')]) {
    const mapped = map(row);
    assert.ok(mapped.kind === 'rejected');
    assert.equal(mapped.reason, 'no_rule');
  }
});

const bad: readonly (readonly [cell: string, value: string, field: string, valueClass: string, reason: string])[] = [
  ['msisdn', '', 'subscriber', 'empty', 'missing_value'],
  ['msisdn', '10086', 'subscriber', 'digits(5)', 'not_a_phone_number'],
  ['msisdn', '139X0000001', 'subscriber', 'text(11)', 'not_a_phone_number'],
  ['other', 'nobody knows', 'otherParty.partyId', 'text(12)', 'not_a_phone_number'],
  ['at', '20250231101500', 'occurredAt', 'digits(14)', 'not_a_time'],
  ['at', '', 'occurredAt', 'empty', 'missing_value'],
  ['seconds', '1m', 'durationS', 'text(2)', 'not_a_number'],
  ['seconds', '-5', 'durationS', 'number', 'out_of_range'],
  ['seconds', '', 'durationS', 'empty', 'missing_value'],
  ['fee', '1,25', 'chargeMinor', 'number', 'not_a_number'],
  ['cause', '', 'result', 'empty', ''],
  ['imei', '123', 'imeiHash', 'digits(3)', 'not_a_device_id'],
  ['ref', ' ', 'id', 'empty', 'missing_value'],
];

test('a row that does not fit is rejected with field, class of the value, and reason', () => {
  for (const [cell, value, field, valueClass, reason] of bad) {
    const mapped = map(withCell(cell, value));
    if (reason === '') {
      assert.equal(mapped.kind, 'event', `${cell} has a default`);
      continue;
    }
    assert.ok(mapped.kind === 'rejected', cell);
    assert.deepEqual([mapped.field, mapped.valueClass, mapped.reason], [field, valueClass, reason]);
    assert.ok(mapped.expected.length > 3);
  }
});

test('a row of too few or too many cells is rejected', () => {
  for (const row of [GOOD.slice(1), [...GOOD, 'x']]) {
    const mapped = map(row);
    assert.ok(mapped.kind === 'rejected');
    assert.deepEqual([mapped.reason, mapped.expected], ['cell_count', '9 cells']);
  }
});

test('columns are found by name, in whatever order a file has them', () => {
  const turned = mapperOf(CALLS, COLUMNS.toReversed());
  assert.deepEqual(turned(GOOD.toReversed()), map(GOOD));
});

test('decimals, units, lists, booleans, spans and letter case are as the mapping says', () => {
  const mapJson = mapperOf(`
  format: json
  decimal: ','
  records:
    - event: agent_contact
      id: [id]
      subscriber: { from: who, pseudonym: none }
      occurredAt: { from: at, format: epoch-ms }
      fields:
        contactId: { from: [code, id] }
        waitS: { from: wait, unit: min }
        handleS: { from: at, to: end, format: epoch-ms, optional: true }
        topic: { from: topic, lowerCase: true, default: '' }
        matchedTerms: { from: terms, optional: true }
        resolved: { from: solved, default: false }
  `);
  const atMs = Date.UTC(2025, 2, 12);
  const base = { id: 7, who: 'k-abc', at: atMs, wait: '1,5', topic: 'PRICE', terms: ['a', 'b'], solved: true };
  const record = eventOf(mapJson({ ...base, end: atMs + 90_400 }));
  assert.equal(record.subscriberId, 'k-abc');
  assert.deepEqual(record.body, {
    type: 'agent_contact',
    contactId: '7',
    channel: 'unspecified',
    waitS: 90,
    handleS: 90,
    topic: 'price',
    matchedTerms: ['a', 'b'],
    resolved: true,
    representativeId: '',
  });
  const backwards = mapJson({ ...base, end: atMs - 1_000 });
  assert.ok(backwards.kind === 'rejected');
  assert.deepEqual([backwards.field, backwards.reason], ['handleS', 'out_of_range']);
  const nested = mapJson({ ...base, topic: { text: 'x' } });
  assert.ok(nested.kind === 'rejected');
  assert.deepEqual([nested.field, nested.valueClass, nested.reason], ['topic', 'object', 'not_a_single_value']);
});

test('a JSON number that lost digits is refused: two ids could have become one', () => {
  const mapJson = mapperOf(' tmf654-top-up');
  const row: unknown = JSON.parse(
    '{"id":12345678901234567890,"status":"completed","amount":{"amount":1},"confirmationDate":"2025-03-12T10:15:00Z","logicalResource":{"value":"8613900000001"}}',
  );
  const mapped = mapJson(row);
  assert.ok(mapped.kind === 'rejected');
  assert.deepEqual([mapped.field, mapped.valueClass, mapped.reason], ['id', 'digits(20)', 'out_of_range']);
});

test('an identifier that every row could lack is a mistake, as are a record without time and a lookup that nothing uses', () => {
  const mapping = (id: string, lookups: string, optional: string): string => `
  format: csv
  csv: { header: [a] }
  ${lookups}
  records:
    - event: reactivation
      id: [${id}]
      subscriber: { from: a, pseudonym: text }
      occurredAt: { from: a, format: iso${optional} }
  `;
  assert.deepEqual(mistakesOf(mapping('a', '', '')), []);
  assert.deepEqual(mistakesOf(mapping('a', 'lookups: { l: { default: 1 } }', '')), [
    'mapping.lookups.l: no field uses it',
  ]);
  assert.deepEqual(mistakesOf(mapping('{ from: a, optional: true }', '', ', optional: true')), [
    'mapping.records[0].id: expected at least one value that every row states: rows without would be taken for one',
    'mapping.records[0].occurredAt.optional: every record has a time',
  ]);
});

test('a raw number cannot slip into a text of the log', () => {
  const mapping = (reference: string): string => `
  format: csv
  csv: { header: [a, b, t] }
  records:
    - event: call
      id: [a, t]
      subscriber: a
      occurredAt: { from: t, format: iso }
      fields:
        otherParty.partyId: { from: b, pseudonym: number }
        callReference: ${reference}
  `;
  assert.deepEqual(mistakesOf(mapping('t')), []);
  for (const reference of ['a', '{ from: [t, b] }']) {
    assert.deepEqual(mistakesOf(mapping(reference)), [
      'mapping.records[0].fields.callReference: would hold a raw number: its source is pseudonymised elsewhere in this record',
    ]);
  }
});

test('a column that stands twice is a mistake where the mapping needs it', () => {
  const [first] = mistakesOf(
    CALLS.replace('format: csv', `format: csv\n  csv: { header: [${COLUMNS.join(', ')}, ref] }`),
  );
  assert.equal(first, 'mapping.records[0].id[0].from: two columns are named "ref"');
});

test('a count may be written with an empty fraction, and has no other', () => {
  const mapJson = mapperOf(`
  format: json
  records:
    - event: app_activity
      id: [id]
      subscriber: { from: id, pseudonym: none }
      occurredAt: { from: at, format: epoch-s }
      fields: { count: n }
  `);
  const record = eventOf(mapJson({ id: 's', at: 1_741_774_500, n: '12.0' }));
  assert.ok(record.body.type === 'app_activity');
  assert.equal(record.body.count, 12);
  const half = mapJson({ id: 's', at: 1_741_774_500, n: 12.5 });
  assert.ok(half.kind === 'rejected');
  assert.deepEqual([half.field, half.reason, half.expected], ['count', 'not_a_number', 'a whole number not below 0']);
});

test('fields that the contract keeps absent are absent unless stated; maps are filled by entry', () => {
  const mapJson = mapperOf(`
  format: json
  records:
    - event: survey
      id: [id]
      subscriber: { from: id, pseudonym: text }
      occurredAt: { from: at, format: iso }
      fields:
        score: { from: score, optional: true }
        answers.why: { from: why, optional: true }
  `);
  const bare = eventOf(mapJson({ id: 's', at: '2025-03-12T10:15:00Z' }));
  assert.ok(bare.body.type === 'survey');
  assert.equal('score' in bare.body, false);
  assert.deepEqual([bare.subscriberId, bare.body.answers], ['<s>', {}]);
  const full = eventOf(mapJson({ id: 's', at: '2025-03-12T10:15:00Z', score: 0, why: 'price' }));
  assert.ok(full.body.type === 'survey');
  assert.deepEqual([full.body.score, full.body.answers], [0, { why: 'price' }]);
});

test('all mistakes of a mapping are told together, each with its place and what was expected', () => {
  const mistakes = mistakesOf(`
  format: csv
  csv: { header: [a, b] }
  timeZone: Mars/Olympus
  lookups: { nothing: {} }
  records:
    - event: cal
      id: [a]
      subscriber: a
      occurredAt: { from: a, format: iso }
    - event: call
      subscriber: { from: a }
      occurredAt: { from: a, format: yyyyQQ }
      fields:
        durationS: b
        chargeMinor: { from: b, unit: s }
        callReference: { from: b, unit: s }
        result: { value: maybe }
        otherParty.partyId: b
        otherParty.network: { from: b, lookup: networks }
        otherParty.kind: { from: b, values: { x: person, y: robot } }
        otherParty: b
        inVpn: { from: c }
        colour: b
    - skip: no
      event: call
  `);
  const expected = [
    /^mapping\.lookups\.nothing: expected values, a file or a default$/,
    /^mapping\.timeZone: "Mars\/Olympus" is no IANA time zone$/,
    /^mapping\.records\[0\]\.event: "cal" is no body type; expected one of call, /,
    /^mapping\.records\[1\]: expected "id"$/,
    /^mapping\.records\[1\]\.subscriber: expected \{ from, pseudonym: /,
    /^mapping\.records\[1\]\.occurredAt\.format: "yyyyQQ" is not understood; expected iso, /,
    /^mapping\.records\[1\]\.fields\.durationS: expected the unit of the source: one of ms, s, min, h, hh:mm:ss$/,
    /^mapping\.records\[1\]\.fields\.chargeMinor\.unit: s does not suit chargeMinor; expected one of minor, major, thousandth$/,
    /^mapping\.records\[1\]\.fields\.callReference\.unit: callReference has no unit$/,
    /^mapping\.records\[1\]\.fields\.result\.value: "maybe" does not suit result; expected one of unspecified, answered, failed, dropped$/,
    /^mapping\.records\[1\]\.fields\.otherParty\.partyId: partyId holds a pseudonym: expected pseudonym: number, /,
    /^mapping\.records\[1\]\.fields\.otherParty\.network\.lookup: no lookup "networks" is declared; there are nothing$/,
    /^mapping\.records\[1\]\.fields\.otherParty\.kind\.values\.y: "robot" does not suit kind; expected one of /,
    /^mapping\.records\[1\]\.fields\.otherParty: call has no such field; it has direction, /,
    /^mapping\.records\[1\]\.fields\.inVpn\.from: no column "c"; the columns are a, b$/,
    /^mapping\.records\[1\]\.fields\.colour: call has no such field; it has direction, /,
    /^mapping\.records\[2\]\.event: does not go with skip$/,
  ];
  for (const pattern of expected) {
    assert.ok(
      mistakes.some((mistake) => pattern.test(mistake)),
      `${String(pattern)} in\n${mistakes.join('\n')}`,
    );
  }
});
