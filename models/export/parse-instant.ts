import { isIsoDate } from '../../services/core/time/zone-clock.ts';
import type { CivilCalendar } from '../../services/core/time/civil-calendar.ts';

const DAY_MS = 86_400_000;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;
export const INSTANT_EXPECTED = 'a date such as 2026-08-31, or an instant such as 2026-08-31T12:00:00Z';

/** A date is the last millisecond of its civil day; an instant says its offset. Undefined for anything else. */
export function parseInstantMs(text: string, calendar: CivilCalendar): number | undefined {
  const date = text.slice(0, 'yyyy-mm-dd'.length);
  // Date.parse takes February 30 for a day in March.
  if (!isIsoDate(date)) return undefined;
  if (text === date) return calendar.startOfDayMs(Date.parse(date) / DAY_MS + 1) - 1;
  const instantMs = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instantMs) ? undefined : instantMs;
}
