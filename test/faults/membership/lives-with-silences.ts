import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { at, regularLife } from '../../support/regular-life.ts';

const ROUND_DAYS = 40;
const SILENT_DAYS = 12;

/**
 * People of regular habits, in event-time order and without end. Each falls silent for twelve days of every forty, at
 * another time than the next, so that somebody's risk is rising at any moment.
 */
export function* livesWithSilences(subscriberIds: readonly string[]): Generator<LogRecord> {
  for (let day = 0; ; day++) {
    const silent = new Set(subscriberIds.filter((_, place) => (day + place * 5) % ROUND_DAYS < SILENT_DAYS));
    yield* regularLife({ subscriberIds, fromMs: at(day), toMs: at(day + 1), silent });
  }
}

/** The next records of a log that is gone on with later. */
export function take(log: Iterator<LogRecord>, count: number): LogRecord[] {
  const taken: LogRecord[] = [];
  while (taken.length < count) {
    const next = log.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}
