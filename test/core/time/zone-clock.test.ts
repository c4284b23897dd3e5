import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createCivilCalendar } from '../../../services/core/time/civil-calendar.ts';
import { createWorkingCalendar } from '../../../services/core/time/working-calendar.ts';
import { addDays, createZoneClock, isIsoDate, isoWeekday } from '../../../services/core/time/zone-clock.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const ZONES = ['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Shanghai'];
const anyInstant = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2033, 0, 1) });
const anyZone = fc.constantFrom(...ZONES);

/** Date and time of day on the walls of a zone, by Intl alone. */
function wallOf(timeZone: string, instantMs: number): { readonly date: string; readonly minute: number } {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const [date = '', time = ''] = format.format(instantMs).split(' ');
  const [hours, minutes] = time.split(':').map(Number);
  return { date, minute: (hours ?? 0) * 60 + (minutes ?? 0) };
}

test('dates and offsets are those of the walls, in zones whose clocks change by an hour or by half of one', () => {
  fc.assert(
    fc.property(anyZone, anyInstant, (zone, instantMs) => {
      const clock = createZoneClock(zone);
      const { date, minute } = wallOf(zone, instantMs);
      assert.equal(clock.dateAt(instantMs), date);
      const wallMs = Date.parse(`${date}T00:00:00Z`) + minute * MINUTE_MS;
      assert.equal(clock.utcOffsetMinutesAt(instantMs), (wallMs - (instantMs - (instantMs % MINUTE_MS))) / MINUTE_MS);
    }),
    { numRuns: 400 },
  );
});

test('a local time that there is once leads back to its instant', () => {
  fc.assert(
    fc.property(anyZone, anyInstant, (zone, instantMs) => {
      const wholeMs = instantMs - (instantMs % MINUTE_MS);
      const { date, minute } = wallOf(zone, wholeMs);
      const twins = [-HOUR_MS, -HOUR_MS / 2, HOUR_MS / 2, HOUR_MS].filter((ms) => {
        const other = wallOf(zone, wholeMs + ms);
        return other.date === date && other.minute === minute;
      });
      const found = createZoneClock(zone).instantOf(date, minute);
      assert.ok(found === wholeMs || twins.some((ms) => found === wholeMs + ms));
    }),
    { numRuns: 400 },
  );
});

test('a year has its days, of 24 hours but for those on which the clocks change', () => {
  const odd: Readonly<Record<string, readonly (readonly [date: string, hours: number])[]>> = {
    'America/New_York': [
      ['2028-03-12', 23],
      ['2028-11-05', 25],
    ],
    'Europe/Berlin': [
      ['2028-03-26', 23],
      ['2028-10-29', 25],
    ],
    'Australia/Lord_Howe': [
      ['2028-04-02', 24.5],
      ['2028-10-01', 23.5],
    ],
    'Asia/Shanghai': [],
  };
  for (const zone of ZONES) {
    const calendar = createCivilCalendar(zone);
    const first = Date.UTC(2028, 0, 1) / DAY_MS;
    const found: [string, number][] = [];
    for (let day = first; day < first + 366; day++) {
      const hours = (calendar.startOfDayMs(day + 1) - calendar.startOfDayMs(day)) / HOUR_MS;
      if (hours !== 24) found.push([new Date(day * DAY_MS).toISOString().slice(0, 10), hours]);
    }
    assert.deepEqual(found, odd[zone], zone);
    assert.equal(calendar.dayOf(calendar.startOfDayMs(first + 366)) - first, 366, 'a leap year');
  }
});

test('days are counted over leap days, months of any length and the ends of years', () => {
  assert.equal(addDays('2028-02-28', 1), '2028-02-29');
  assert.equal(addDays('2028-02-29', 1), '2028-03-01');
  assert.equal(addDays('2027-02-28', 1), '2027-03-01');
  assert.equal(addDays('2028-04-30', 1), '2028-05-01');
  assert.equal(addDays('2027-12-31', 1), '2028-01-01');
  assert.deepEqual(['2028-02-29', '2027-02-29', '2100-02-29', '2028-04-31'].map(isIsoDate), [
    true,
    false,
    false,
    false,
  ]);
  const date = fc.integer({ min: 7_700, max: 30_000 }).map((day) => new Date(day * DAY_MS).toISOString().slice(0, 10));
  fc.assert(
    fc.property(date, fc.integer({ min: -800, max: 800 }), (from, days) => {
      const to = addDays(from, days);
      assert.ok(isIsoDate(to));
      assert.equal((Date.parse(to) - Date.parse(from)) / DAY_MS, days);
      assert.equal((((isoWeekday(to) - isoWeekday(from) - days) % 7) + 7) % 7, 0);
    }),
  );
});

test('what is due after so many working days is due at the same local time, whatever the clocks did meanwhile', () => {
  const weekdays = [1, 2, 3, 4, 5, 6, 7];
  fc.assert(
    fc.property(anyZone, anyInstant, fc.integer({ min: 1, max: 40 }), (timeZone, instantMs, days) => {
      const made = createWorkingCalendar({
        ...{ version: 'test', timeZone, opensAtMinute: 9 * 60, closesAtMinute: 18 * 60 },
        ...{ workingWeekdays: weekdays, holidays: [], makeUpWorkdays: [] },
        ...{ knownFrom: '2024-01-01', knownThrough: '2034-12-31' },
      });
      assert.ok(made.ok);
      const { date, minute } = wallOf(timeZone, instantMs);
      fc.pre(minute > 9 * 60 && minute < 18 * 60);
      const due = wallOf(timeZone, made.value.addWorkingDays(instantMs, days));
      assert.deepEqual(due, { date: addDays(date, days), minute });
    }),
    { numRuns: 300 },
  );
});
