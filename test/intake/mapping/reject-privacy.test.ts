import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { REJECT_REASONS } from '../../../services/intake/mapping/reject.ts';
import { CALLS, COLUMNS, GOOD } from '../../support/calls-mapping.ts';
import { mapperOf } from '../../support/feed-mapping.ts';

const map = mapperOf(CALLS, COLUMNS);

test('no reject holds a run of more than three digits of the row, whatever the row holds', () => {
  const cell = fc.oneof(
    fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), maxLength: 20 }),
    fc.string({ unit: fc.constantFrom(...Array.from('0123456789abc+-.,: ')), maxLength: 30 }),
    fc.string({ unit: 'binary' }),
    fc.integer({ min: 0, max: 120 }).map((length) => '7'.repeat(length)),
  );
  const json = mapperOf(' tmf635-usage');
  const contract = mapperOf(' { use: contract-json, numbers: { countryCode: "86" } }');
  fc.assert(
    fc.property(fc.array(cell, { minLength: 9, maxLength: 9 }), fc.subarray([...COLUMNS.keys()]), (cells, broken) => {
      const row = GOOD.map((good, index) => (broken.includes(index) ? (cells[index] ?? '') : good));
      const document = {
        usageType: 'data',
        id: cells[0],
        usageDate: cells[1],
        usageCharacteristic: [{ name: 'msisdn', value: cells[2] }],
      };
      const inputs = [...row, ...cells];
      for (const mapped of [
        map(row),
        json(document),
        json(cells[3]),
        contract({ subscriberId: cells[4], body: { type: 'top_up' } }),
        contract({ [cells[5] ?? '']: 1 }),
      ]) {
        if (mapped.kind !== 'rejected') continue;
        assert.ok(REJECT_REASONS.includes(mapped.reason));
        const told = JSON.stringify(mapped);
        for (const run of inputs.flatMap((text) => text.match(/\d{4,}/g) ?? [])) assert.ok(!told.includes(run), told);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('a mapper takes any row without throwing', () => {
  const mappers = [
    'tmf635-usage',
    'tmf654-top-up',
    'tmf621-trouble-ticket',
    'tmf683-party-interaction',
    'contract-json',
  ].map((name) => mapperOf(` ${name}`));
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      for (const mapJson of mappers) mapJson(value);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 9, maxLength: 9 }), (cells) => {
      map(['MO', ...cells.slice(1)]);
    }),
  );
});
