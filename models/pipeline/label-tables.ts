import { createCivilCalendar } from '../../services/core/time/civil-calendar.ts';
import type { ChurnLabel } from '../../services/simulator/replay/read-tables.ts';

const DAY_MS = 86_400_000;

/**
 * The labels as the export reads them: who churned, by pseudonym, and when that was certain: with the end of the month that
 * the label speaks of.
 */
export function formatLabelTable(
  labels: readonly ChurnLabel[],
  pseudonymOf: (userId: string) => string,
  timeZone: string,
): string {
  const calendar = createCivilCalendar(timeZone);
  const lines = labels.map(({ userId, month, churned }) => {
    const nextMonth = Date.UTC(Math.floor(month / 100), month % 100, 1) / DAY_MS;
    const maturedAt = new Date(calendar.startOfDayMs(nextMonth)).toISOString();
    return `${pseudonymOf(userId)},${Number(churned)},${maturedAt}`;
  });
  return ['subscriber_id,label,matured_at', ...lines, ''].join('\n');
}

/** Who is who: pseudonyms of the log and account ids of the source. Not for anybody's eyes but the evaluation's. */
export function formatUserTable(userIds: Iterable<string>, pseudonymOf: (userId: string) => string): string {
  const lines = [...new Set(userIds)].map((userId) => `${pseudonymOf(userId)},${userId}`);
  return ['subscriber_id,user_account_id', ...lines, ''].join('\n');
}
