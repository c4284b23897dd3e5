import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, localDayAt } from '../../services/simulator/calendar.ts';

const SHANGHAI_MINUTES = 480;

function dayOf(date: string): ReturnType<typeof localDayAt> {
  return localDayAt(0, Date.parse(`${date}T00:00:00+08:00`), SHANGHAI_MINUTES);
}

test('Spring Festival is a holiday and the weekends around it are worked', () => {
  assert.equal(dayOf('2026-02-13').kind, 'workday');
  assert.equal(dayOf('2026-02-14').kind, 'workday');
  assert.equal(dayOf('2026-02-15').kind, 'holiday');
  assert.equal(dayOf('2026-02-23').kind, 'holiday');
  assert.equal(dayOf('2026-02-24').kind, 'workday');
  assert.equal(dayOf('2026-02-28').kind, 'workday');
  assert.equal(dayOf('2026-03-01').kind, 'weekend');
});

test('a day knows its local date', () => {
  const day = dayOf('2026-03-01');
  assert.deepEqual([day.month, day.dayOfMonth, day.weekday], [202603, 1, 6]);
  assert.equal(day.endMs - day.startMs, DAY_MS);
});
