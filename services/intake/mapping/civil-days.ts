const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Days before each month of a year that begins in March: leap days then come last. */
const DAYS_BEFORE = [306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275];

/** Days since 1970-01-01 of a date of the Gregorian calendar; NaN for one that does not exist. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const monthDays = MONTH_DAYS[month - 1];
  if (monthDays === undefined || !(day >= 1 && day <= (month === 2 && isLeap(year) ? 29 : monthDays)))
    return Number.NaN;
  const marchYear = month < 3 ? year - 1 : year;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + (DAYS_BEFORE[month - 1] ?? 0) + day - 1 - 719_468;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
