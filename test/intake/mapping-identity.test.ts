import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mapping, RecordRule } from '../../services/intake/feed-file/mapping-schema.ts';
import { keepsIdentity, mappingIdentity } from '../../services/intake/mapping-identity.ts';

const rule: RecordRule = {
  event: 'call',
  id: ['ref'],
  subscriber: 'msisdn',
  occurredAt: { from: 'time', format: 'yyyyMMddHHmmss' },
  fields: { durationS: { from: 'duration', unit: 's' } },
};
const mapping: Mapping = { format: 'csv', timeZone: 'UTC', numbers: { countryCode: '86' }, records: [rule] };
const identityOf = (changed: Mapping): string => mappingIdentity({ kind: 'mapped', mapping: changed });
const keeps = (changed: Partial<Mapping>): boolean =>
  keepsIdentity(identityOf(mapping), identityOf({ ...mapping, ...changed }));
const withRule = (changed: Partial<RecordRule>): boolean => keeps({ records: [{ ...rule, ...changed }] });

test('a mapping keeps the events of rows while ids, times, subscribers and types stay', () => {
  assert.ok(keeps({ decimal: ',', currencyDigits: 0, lookups: {} }));
  assert.ok(withRule({ fields: {}, recordedAt: 'time' }));
  assert.ok(keeps({ records: [rule, { skip: 'unwanted' }] }), 'a last rule takes rows that were rejected');
});

test('a corrected time zone, time, numbering, subscriber, id or event makes other events of the same rows', () => {
  const settings: Partial<Mapping>[] = [{ timeZone: 'Asia/Shanghai' }, { numbers: { countryCode: '49' } }];
  const rules: Partial<RecordRule>[] = [
    { occurredAt: { from: 'end', format: 'yyyyMMddHHmmss' } },
    { subscriber: 'other' },
    { id: ['ref', 'part'] },
    { event: 'message' },
    { when: [{ field: 'type', is: ['MO'] }] },
  ];
  assert.deepEqual([...settings.map(keeps), ...rules.map(withRule)], Array(7).fill(false));
  assert.equal(keeps({ records: [{ skip: 'unwanted' }, rule] }), false, 'a first rule takes rows that were sent');
  assert.equal(keepsIdentity(undefined, identityOf(mapping)), false);
});
