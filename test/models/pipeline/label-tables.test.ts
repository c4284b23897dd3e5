import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatLabelTable, formatUserTable } from '../../../models/pipeline/label-tables.ts';
import { usualAsOfs } from '../../../models/pipeline/usual-as-ofs.ts';

const pseudonymOf = (userId: string): string => `p-${userId}`;

test('a label is certain when its month has ended by the local clock', () => {
  const labels = [
    { userId: '17', month: 201309, churned: true },
    { userId: '18', month: 201312, churned: false },
  ];
  assert.equal(
    formatLabelTable(labels, pseudonymOf, 'Europe/Vilnius'),
    'subscriber_id,label,matured_at\np-17,1,2013-09-30T21:00:00.000Z\np-18,0,2013-12-31T22:00:00.000Z\n',
  );
});

test('everybody is named once in the table of users', () => {
  assert.equal(formatUserTable(['1', '2', '1'], pseudonymOf), 'subscriber_id,user_account_id\np-1,1\np-2,2\n');
});

test('vectors are taken on the 15th and the last day of each month, in order', () => {
  assert.deepEqual(usualAsOfs([201312, 201202, 201312]), ['2012-02-15', '2012-02-29', '2013-12-15', '2013-12-31']);
});
