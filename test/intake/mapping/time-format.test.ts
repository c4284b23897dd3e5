import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileMoment } from '../../../services/intake/mapping/compile-instant.ts';
import { createLocalTime } from '../../../services/intake/mapping/local-time.ts';
import { REFUSED, createCsvSource, createTextCleaner } from '../../../services/intake/mapping/row-source.ts';
import { compileTimeFormat, parseOffset } from '../../../services/intake/mapping/time-format.ts';
import type { TimeReading } from '../../../services/intake/mapping/time-format.ts';

/** Reads one time as a mapping would; the second cell of the row holds an offset. */
function momentReader(format: string, timeZone?: string, withOffsetColumn = false) {
  const mistakes: string[] = [];
  const moment = compileMoment<readonly string[]>(
    { from: 'time', format, ...(withOffsetColumn ? { offset: { from: 'offset' } } : {}) },
    'occurredAt',
    {
      source: createCsvSource(['time', 'offset'], createTextCleaner([]), true),
      lookupOf: () => undefined,
      lookupNames: [],
      readNumber: () => undefined,
      pseudonymOf: (raw) => raw,
      zoneOf: (name = timeZone) => (name === undefined ? undefined : createLocalTime(name)),
      currencyDigits: 2,
      decimalSign: '.',
      mistake: (place, message) => {
        mistakes.push(`${place}: ${message}`);
      },
    },
  );
  assert.deepEqual(mistakes, []);
  assert.ok(moment);
  return (text: string, offset = '') => {
    const atMs = moment.read([text, offset]);
    return atMs === REFUSED ? 'refused' : { at: new Date(atMs ?? 0).toISOString(), offset: moment.offsetMinutes() };
  };
}

/** Offset of a zone by Intl, without any of the code under test. */
function offsetByIntl(timeZone: string, instantMs: number): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(instantMs);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const match = /^GMT(?:([+-])(\d{2}):(\d{2}))?$/.exec(name);
  assert.ok(match, name);
  const [, sign, hours = '0', minutes = '0'] = match;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

const ZONES = ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/St_Johns', 'UTC'];
const instants = fc
  .integer({ min: Date.UTC(1995, 0, 1) / 1_000, max: Date.UTC(2037, 0, 1) / 1_000 })
  .map((s) => s * 1_000);

test('a local time of any zone is the first instant at which its clocks show it', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), instants, (timeZone, instantMs) => {
      const wallMs = instantMs + offsetByIntl(timeZone, instantMs) * 60_000;
      const found = createLocalTime(timeZone).instantOf(wallMs);
      // The clocks do show it then, and at no instant within a day before.
      assert.equal(found + offsetByIntl(timeZone, found) * 60_000, wallMs);
      assert.ok(found <= instantMs && instantMs - found <= 2 * 3_600_000);
    }),
    { numRuns: 500 },
  );
});

test('where the clocks go back, the first of two instants is taken; where they skip, as if they had not yet', () => {
  const berlin = momentReader('yyyy-MM-dd HH:mm:ss', 'Europe/Berlin');
  assert.deepEqual(berlin('2024-10-27 02:30:00'), { at: '2024-10-27T00:30:00.000Z', offset: 120 });
  assert.deepEqual(berlin('2024-10-27 03:00:00'), { at: '2024-10-27T02:00:00.000Z', offset: 60 });
  assert.deepEqual(berlin('2024-03-31 01:59:59'), { at: '2024-03-31T00:59:59.000Z', offset: 60 });
  assert.deepEqual(berlin('2024-03-31 02:30:00'), { at: '2024-03-31T01:30:00.000Z', offset: 120 });
  const shanghai = momentReader('yyyyMMddHHmmss', 'Asia/Shanghai');
  assert.deepEqual(shanghai('20250101003000'), { at: '2024-12-31T16:30:00.000Z', offset: 480 });
});

test('a pattern reads what the calendar says, for every second of 400 years', () => {
  const read = compileTimeFormat('yyyyMMddHHmmss');
  assert.ok(read);
  const reading: TimeReading = { wallMs: 0, offsetMinutes: undefined, isInstant: false };
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(1800, 0, 1) / 1_000, max: Date.UTC(2200, 0, 1) / 1_000 }), (second) => {
      const text = new Date(second * 1_000).toISOString().replace(/\D/g, '').slice(0, 14);
      assert.equal(read(text, reading), true);
      assert.equal(reading.wallMs, second * 1_000);
    }),
    { numRuns: 1_000 },
  );
});

test('a date that does not exist is refused, as Date would move it', () => {
  const read = compileTimeFormat('yyyy-MM-dd');
  assert.ok(read);
  const reading: TimeReading = { wallMs: 0, offsetMinutes: undefined, isInstant: false };
  fc.assert(
    fc.property(fc.nat(2_400), fc.nat(13), fc.nat(32), (year, month, day) => {
      const text = [String(year).padStart(4, '0'), ...[month, day].map((n) => String(n).padStart(2, '0'))].join('-');
      const byDate = new Date(`${text}T00:00:00Z`);
      const exists = !Number.isNaN(byDate.getTime()) && byDate.toISOString().startsWith(text);
      assert.equal(read(text, reading), exists, text);
      if (exists) assert.equal(reading.wallMs, byDate.getTime());
    }),
    { numRuns: 2_000 },
  );
});

test('ISO times are read as Date reads them, whatever offset they carry', () => {
  const read = momentReader('iso');
  fc.assert(
    fc.property(instants, fc.integer({ min: -14 * 60, max: 14 * 60 }), fc.boolean(), (atMs, offset, colon) => {
      const wall = new Date(atMs + offset * 60_000).toISOString().slice(0, 19);
      const magnitude = Math.abs(offset);
      const hours = String(Math.floor(magnitude / 60)).padStart(2, '0');
      const minutes = String(magnitude % 60).padStart(2, '0');
      const text = `${wall}${offset < 0 ? '-' : '+'}${hours}${colon ? ':' : ''}${minutes}`;
      assert.deepEqual(read(text), { at: new Date(atMs).toISOString(), offset });
    }),
  );
});

test('ISO times may leave out seconds, carry fractions, be in UTC, or be local to the mapping’s zone', () => {
  const anywhere = momentReader('iso');
  assert.deepEqual(anywhere('2025-03-12T10:15Z'), { at: '2025-03-12T10:15:00.000Z', offset: 0 });
  assert.deepEqual(anywhere('2025-03-12T10:15:01.9999+01'), { at: '2025-03-12T09:15:01.999Z', offset: 60 });
  assert.equal(anywhere('2025-03-12T10:15:00'), 'refused');
  const berlin = momentReader('iso', 'Europe/Berlin');
  assert.deepEqual(berlin('2025-07-12 10:15:00'), { at: '2025-07-12T08:15:00.000Z', offset: 120 });
  assert.deepEqual(berlin('2025-07-12'), { at: '2025-07-11T22:00:00.000Z', offset: 120 });
  // Z names an instant and not the place.
  assert.deepEqual(berlin('2025-07-12T10:15:00Z'), { at: '2025-07-12T10:15:00.000Z', offset: 120 });
});

test('epochs are instants; their place is the mapping’s zone', () => {
  assert.deepEqual(momentReader('epoch-ms', 'Asia/Shanghai')('1741774500123'), {
    at: '2025-03-12T10:15:00.123Z',
    offset: 480,
  });
  assert.deepEqual(momentReader('epoch-s')('1741774500.5'), { at: '2025-03-12T10:15:00.500Z', offset: 0 });
  for (const text of ['1e12', '12:00', '17417745001234567']) assert.equal(momentReader('epoch-ms')(text), 'refused');
});

test('an offset stands in the time stamp or in a column of its own', () => {
  const inStamp = momentReader('yyMMddHHmmssxx');
  assert.deepEqual(inStamp('250312181500+0800'), { at: '2025-03-12T10:15:00.000Z', offset: 480 });
  assert.deepEqual(inStamp('250312064500-03:30'), { at: '2025-03-12T10:15:00.000Z', offset: -210 });
  assert.equal(inStamp('250312181500'), 'refused');
  const inColumn = momentReader('yyyyMMddHHmmss', undefined, true);
  assert.deepEqual(inColumn('20250312181500', '+08:00'), { at: '2025-03-12T10:15:00.000Z', offset: 480 });
  assert.equal(inColumn('20250312181500', 'CST'), 'refused');
  assert.equal(inColumn('20250312181500'), 'refused');
});

test('patterns are refused that cannot be read', () => {
  for (const format of [
    '',
    'yyyy',
    'yyyyMM',
    'MMdd',
    'yyyyyyMMdd',
    'yyMMddyyyy',
    'yyyyMMddQ',
    'yyyyMMddxxHH',
    'YYYYMMDD',
  ]) {
    assert.equal(compileTimeFormat(format), undefined, format);
  }
  assert.ok(compileTimeFormat("dd.MM.yyyy 'at' HH:mm:ss,SSS"));
});

test('offsets beyond those of the world are none', () => {
  assert.equal(parseOffset('+0545'), 345);
  assert.equal(Object.is(parseOffset('-0000'), 0), true);
  for (const text of ['+8', '+1960', '0800', '+08:60', '']) assert.equal(parseOffset(text), undefined, text);
});
