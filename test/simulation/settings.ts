import { createCivilCalendar } from '../../services/core/time/civil-calendar.ts';
import type { WorkingCalendar } from '../../services/core/time/working-calendar.ts';
import { deadLetterTopicOf } from '../../services/platform/kafka/dead-letter.ts';
import { samplePolicy } from '../support/sample-policy.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Wall-clock time at the beginning of a run. */
export const START_MS = Date.UTC(2026, 1, 10);

export const TOPICS = {
  input: 'input',
  score: 'score',
  alert: 'alert',
  workOrder: 'work-order',
  outcome: 'outcome',
} as const;

/** Topics whose records may be parked. */
const PARKING = [TOPICS.input, TOPICS.alert, TOPICS.outcome];
export const ALL_TOPICS: readonly string[] = [...Object.values(TOPICS), ...PARKING.map(deadLetterTopicOf)];

/** What somebody else writes to a topic by mistake. */
export const RUBBISH = Buffer.from('rubbish');

export const KEYSPACE = 'sim:';

/** Short times, so that a log of some hours sees every rule at work. */
export const POLICY = samplePolicy({
  timeZone: 'UTC',
  time: { requiredFeeds: [], disorderMs: HOUR_MS, latenessLimitMs: 8 * HOUR_MS, staleAfterMs: 4 * HOUR_MS },
  scoring: { minimumIntervalMs: 15 * MINUTE_MS, warmUpDays: 0 },
  bands: { medium: { enter: 0.3, exit: 0.25 }, high: { enter: 0.6, exit: 0.55 }, coolDownMs: HOUR_MS },
  episodes: { suppressAfterOutcomeMs: 2 * HOUR_MS },
  reasons: { limit: 1 },
  quality: { horizonMs: 6 * HOUR_MS },
});

export const CALENDAR = createCivilCalendar(POLICY.timeZone);

/** A desk that never closes; its days last some seconds, so that orders expire within a run. */
export const DESK_CALENDAR: WorkingCalendar = {
  version: 'simulation',
  knownThroughMs: Number.MAX_SAFE_INTEGER,
  isWorkingDay: () => true,
  addWorkingDays: (fromMs, days) => fromMs + days * 2_000,
  utcOffsetMinutesAt: () => 0,
};
