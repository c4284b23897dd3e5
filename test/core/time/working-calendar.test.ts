import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { WorkingCalendar, WorkingCalendarData } from '../../../services/core/time/working-calendar.ts';
import { createWorkingCalendar } from '../../../services/core/time/working-calendar.ts';

const HOUR_MS = 3_600_000;

const china: WorkingCalendarData = {
  version: 'test',
  timeZone: 'Asia/Shanghai',
  opensAtMinute: 9 * 60,
  closesAtMinute: 18 * 60,
  workingWeekdays: [1, 2, 3, 4, 5],
  holidays: [
    { name: 'Spring Festival', from: '2026-02-15', to: '2026-02-23' },
    { name: 'National Day', from: '2026-10-01', to: '2026-10-07' },
  ],
  makeUpWorkdays: ['2026-02-14', '2026-02-28', '2026-10-10'],
  knownFrom: '2026-01-01',
  knownThrough: '2026-12-31',
};

const calendar = calendarOf(china);
/** Local time in Shanghai, eight hours ahead. */
const at = (local: string): number => Date.parse(`${local}:00+08:00`);
const due = (from: string, days = 3): string =>
  new Date(calendar.addWorkingDays(at(from), days) + 8 * HOUR_MS).toISOString().slice(0, 16);

test('three working days from a Friday afternoon end on Wednesday at the same hour', () => {
  assert.equal(due('2026-11-20T15:00'), '2026-11-25T15:00');
});

test('an order made after hours or on the weekend counts from the next opening', () => {
  assert.equal(due('2026-11-20T20:00'), '2026-11-25T18:00');
  assert.equal(due('2026-11-21T12:00'), '2026-11-25T18:00');
  assert.equal(due('2026-11-23T03:00'), '2026-11-25T18:00');
});

test('what ends with the closing hour is due then, not at the next opening', () => {
  assert.equal(due('2026-11-23T09:00'), '2026-11-25T18:00');
  assert.equal(due('2026-11-23T18:00', 1), '2026-11-24T18:00');
});

test('public holidays do not count', () => {
  assert.equal(due('2026-09-30T10:00'), '2026-10-10T10:00');
});

test('a make-up Saturday counts, an ordinary one does not', () => {
  assert.equal(due('2026-02-27T10:00', 1), '2026-02-28T10:00');
  assert.equal(due('2026-11-20T10:00', 1), '2026-11-23T10:00');
  assert.equal(calendar.isWorkingDay('2026-10-10'), true);
  assert.equal(calendar.isWorkingDay('2026-10-17'), false);
});

test('a make-up day wins over a holiday on the same date', () => {
  const both = calendarOf({ ...china, makeUpWorkdays: ['2026-10-05'] });
  assert.equal(both.isWorkingDay('2026-10-05'), true);
});

test('hours follow the zone through daylight saving', () => {
  const berlin = calendarOf({ ...china, timeZone: 'Europe/Berlin', holidays: [], makeUpWorkdays: [] });
  // Friday 16:00 CET before the change; Monday is CEST.
  const dueMs = berlin.addWorkingDays(Date.parse('2026-03-27T16:00:00+01:00'), 1);
  assert.equal(new Date(dueMs).toISOString(), '2026-03-30T14:00:00.000Z');
  assert.equal(berlin.utcOffsetMinutesAt(dueMs), 120);
});

test('the last known instant is the end of the last known day', () => {
  assert.equal(calendar.knownThroughMs, at('2027-01-01T00:00') - 1);
});

test('data from which no due time could be counted is refused, all mistakes together', () => {
  const wrong = createWorkingCalendar({
    ...china,
    timeZone: 'Mars/Olympus',
    workingWeekdays: [],
    closesAtMinute: 0,
    makeUpWorkdays: ['2026-02-30'],
    holidays: [{ name: 'Backwards', from: '2026-02-02', to: '2026-02-01' }],
  });
  assert.ok(!wrong.ok);
  for (const part of ['Mars/Olympus', 'no weekday', 'open before', '2026-02-30', 'Backwards']) {
    assert.ok(wrong.detail.includes(part), `${wrong.detail} names ${part}`);
  }
});

test('a calendar that is closed for over a year says so instead of searching for ever', () => {
  const closed = calendarOf({
    ...china,
    holidays: [
      { name: 'one', from: '2026-01-01', to: '2026-12-31' },
      { name: 'two', from: '2027-01-01', to: '2027-12-31' },
    ],
    makeUpWorkdays: [],
  });
  assert.throws(() => closed.addWorkingDays(at('2026-01-02T10:00'), 1), RangeError);
});

const instants = fc.integer({ min: at('2026-01-01T00:00'), max: at('2026-12-01T00:00') });

test('a due time is always a working instant, in the future, and never before that of an earlier order', () => {
  fc.assert(
    fc.property(instants, instants, fc.integer({ min: 0, max: 8 }), (one, other, days) => {
      const [earlier, later] = [Math.min(one, other), Math.max(one, other)];
      const [dueEarlier, dueLater] = [calendar.addWorkingDays(earlier, days), calendar.addWorkingDays(later, days)];
      assert.ok(isOpenAt(dueEarlier));
      assert.ok(dueEarlier >= earlier);
      assert.ok(dueEarlier <= dueLater);
    }),
    { numRuns: 300 },
  );
});

test('working days add up: three at once end where one after the other does', () => {
  fc.assert(
    fc.property(instants, (from) => {
      const stepwise = [1, 2, 3].reduce((reached) => calendar.addWorkingDays(reached, 1), from);
      assert.equal(calendar.addWorkingDays(from, 3), stepwise);
    }),
    { numRuns: 200 },
  );
});

test('between order and due lies exactly the promised working time', () => {
  fc.assert(
    fc.property(instants, fc.integer({ min: 1, max: 5 }), (from, days) => {
      const roundedMs = Math.floor(from / (HOUR_MS / 4)) * (HOUR_MS / 4);
      const dueMs = calendar.addWorkingDays(roundedMs, days);
      let quarters = 0;
      // The middle of each quarter of an hour says whether the quarter was worked.
      for (let ms = roundedMs; ms < dueMs; ms += HOUR_MS / 4) {
        if (isOpenAt(ms + HOUR_MS / 8)) quarters++;
      }
      assert.equal(quarters, days * 9 * 4);
    }),
    { numRuns: 40 },
  );
});

function calendarOf(data: WorkingCalendarData): WorkingCalendar {
  const made = createWorkingCalendar(data);
  assert.ok(made.ok, made.ok ? '' : made.detail);
  return made.value;
}

/** Whether the desk in Shanghai is open; opening and closing instants included. */
function isOpenAt(atMs: number): boolean {
  const local = new Date(atMs + 8 * HOUR_MS).toISOString();
  const time = local.slice(11, 23);
  return calendar.isWorkingDay(local.slice(0, 10)) && time >= '09:00:00.000' && time <= '18:00:00.000';
}
