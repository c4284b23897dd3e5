import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createCivilCalendar } from '../../../services/core/time/civil-calendar.ts';
import { createNaiveDayOf } from '../../support/naive-features.ts';

const DAY_MS = 86_400_000;
const ZONES = ['Asia/Shanghai', 'Europe/Vilnius', 'UTC', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'];
const anyInstant = fc.integer({ min: Date.UTC(1991, 0, 1), max: Date.UTC(2060, 0, 1) });

test('the civil day is that of the local date, in any zone at any instant', () => {
  for (const zone of ZONES) {
    const calendar = createCivilCalendar(zone);
    const naive = createNaiveDayOf(zone);
    fc.assert(
      fc.property(anyInstant, (instantMs) => {
        assert.equal(calendar.dayOf(instantMs), naive(instantMs));
      }),
      { numRuns: 300 },
    );
  }
});

test('around every change of the clocks the day is right to the minute', () => {
  const changes: Record<string, number[]> = {
    'Europe/Vilnius': [Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 9, 25, 1)],
    'America/New_York': [Date.UTC(2026, 2, 8, 7), Date.UTC(2026, 10, 1, 6)],
    'Australia/Lord_Howe': [Date.UTC(2026, 3, 4, 15), Date.UTC(2026, 9, 3, 15, 30)],
    'Asia/Shanghai': [Date.UTC(1991, 3, 13, 18), Date.UTC(1991, 8, 14, 17)],
  };
  for (const zone in changes) {
    const calendar = createCivilCalendar(zone);
    const naive = createNaiveDayOf(zone);
    for (const change of changes[zone] ?? []) {
      for (let minute = -26 * 60; minute <= 26 * 60; minute += 7) {
        const instantMs = change + minute * 60_000;
        assert.equal(calendar.dayOf(instantMs), naive(instantMs), `${zone} ${new Date(instantMs).toISOString()}`);
      }
    }
  }
});

test('a day begins at its first instant', () => {
  for (const zone of ZONES) {
    const calendar = createCivilCalendar(zone);
    fc.assert(
      fc.property(fc.integer({ min: 7_700, max: 32_000 }), (day) => {
        const startMs = calendar.startOfDayMs(day);
        assert.equal(calendar.dayOf(startMs), day);
        assert.equal(calendar.dayOf(startMs - 1), day - 1);
      }),
      { numRuns: 200 },
    );
  }
});

test('a day whose midnight the clocks skip begins an hour later', () => {
  const calendar = createCivilCalendar('America/Sao_Paulo');
  const day = Date.UTC(2018, 10, 4) / DAY_MS;
  assert.equal(calendar.startOfDayMs(day), Date.UTC(2018, 10, 4, 3));
});

test('days have 23, 24 or 25 hours', () => {
  const calendar = createCivilCalendar('Europe/Vilnius');
  const hoursOf = (year: number, month: number, date: number): number => {
    const day = Date.UTC(year, month, date) / DAY_MS;
    return (calendar.startOfDayMs(day + 1) - calendar.startOfDayMs(day)) / 3_600_000;
  };
  assert.deepEqual([hoursOf(2026, 2, 28), hoursOf(2026, 2, 29), hoursOf(2026, 9, 25)], [24, 23, 25]);
});

test('days before 1970 are negative', () => {
  const calendar = createCivilCalendar('UTC');
  assert.equal(calendar.dayOf(-1), -1);
  assert.equal(calendar.dayOf(0), 0);
});

test('a zone that does not exist is refused', () => {
  assert.throws(() => createCivilCalendar('Mars/Olympus'), RangeError);
});
