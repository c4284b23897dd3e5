import { isPartitionMark } from '../../services/core/events/subscriber-event.ts';
import type { LogRecord } from '../../services/core/events/subscriber-event.ts';
import { asOfFor } from '../../services/core/features/feature-view.ts';
import { buildVector } from '../../services/core/features/vector.ts';
import { foldEvent } from '../../services/core/subscriber/fold-event.ts';
import { newSubscriber } from '../../services/core/subscriber/subscriber-state.ts';
import type { SubscriberState } from '../../services/core/subscriber/subscriber-state.ts';
import type { CivilCalendar } from '../../services/core/time/civil-calendar.ts';

export interface PointInTimeVector {
  readonly subscriberId: string;
  readonly asOfMs: number;
  /** In the order of the feature registry; NaN is unknown. */
  readonly vector: Float32Array;
}

/** How long after it happened an event may still be a duplicate of another. */
const DUPLICATES_WITHIN_MS = 7 * 86_400_000;

/**
 * Vectors of every subscriber seen so far at each as-of, folded and built by the functions that serve. An as-of is taken
 * before the first record that is later, so that nothing after it is in its vectors.
 *
 * @param records in order of event time, as a replay gives them.
 * @param asOfsMs ascending.
 */
export function* pointInTimeVectors(
  records: Iterable<LogRecord>,
  asOfsMs: readonly number[],
  calendar: CivilCalendar,
): Generator<PointInTimeVector, void> {
  const subscribers = new Map<string, SubscriberState>();
  const waiting = [...asOfsMs];
  for (const record of records) {
    while (waiting[0] !== undefined && record.occurredAtMs > waiting[0]) {
      yield* vectorsOf(subscribers, waiting[0], calendar);
      waiting.shift();
    }
    if (waiting.length === 0) return;
    if (isPartitionMark(record)) continue;
    let state = subscribers.get(record.subscriberId);
    if (state === undefined) {
      state = newSubscriber(record.occurredAtMs);
      subscribers.set(record.subscriberId, state);
    }
    foldEvent(state, record, { calendar, acceptedFromMs: record.occurredAtMs - DUPLICATES_WITHIN_MS });
  }
  for (const asOfMs of waiting) yield* vectorsOf(subscribers, asOfMs, calendar);
}

function* vectorsOf(
  subscribers: ReadonlyMap<string, SubscriberState>,
  asOfMs: number,
  calendar: CivilCalendar,
): Generator<PointInTimeVector, void> {
  for (const [subscriberId, state] of subscribers) {
    yield { subscriberId, asOfMs, vector: buildVector(state, asOfFor(state, asOfMs), calendar) };
  }
}
