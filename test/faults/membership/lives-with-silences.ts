import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { at, regularLife } from '../../support/regular-life.ts';

const ROUND_DAYS = 40;
const SILENT_DAYS = 12;

/**
 * People of regular habits, in event-time order and without end. Each falls silent for twelve days of every forty, at
 * another time than the next, so that somebody's risk is rising at any moment.
 *
 * @param firstDay of which it begins, as `at` counts them. Days to come are refused: what is long begins earlier.
 */
export function* livesWithSilences(subscriberIds: readonly string[], firstDay = 0): Generator<LogRecord> {
  for (let day = 0; ; day++) {
    const silent = new Set(subscriberIds.filter((_, place) => (day + place * 5) % ROUND_DAYS < SILENT_DAYS));
    yield* regularLife({ subscriberIds, fromMs: at(firstDay + day), toMs: at(firstDay + day + 1), silent });
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
