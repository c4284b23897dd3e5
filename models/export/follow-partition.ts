import { isPartitionMark } from '../../services/core/events/subscriber-event.ts';
import type { LogRecord, SubscriberEvent } from '../../services/core/events/subscriber-event.ts';
import { asOfFor } from '../../services/core/features/feature-view.ts';
import type { Policy } from '../../services/core/policy/policy.ts';
import { isScorable } from '../../services/core/risk/due.ts';
import { foldEvent } from '../../services/core/subscriber/fold-event.ts';
import { newSubscriber } from '../../services/core/subscriber/subscriber-state.ts';
import type { SubscriberState } from '../../services/core/subscriber/subscriber-state.ts';
import type { CivilCalendar } from '../../services/core/time/civil-calendar.ts';
import { START_OF_TIME, advanceByEvent, advanceByProgress, isLate } from '../../services/core/time/partition-time.ts';
import type { PartitionTime } from '../../services/core/time/partition-time.ts';
import { createSubscriberStates } from './subscriber-states.ts';
import type { SubscriberStates } from './subscriber-states.ts';

export interface FollowOptions {
  readonly policy: Policy;
  readonly calendar: CivilCalendar;
  /** Ascending, each once. */
  readonly asOfsMs: readonly number[];
  /**
   * A subscriber who could be scored at an as-of. The state is not to be changed or kept.
   *
   * @param vectorAsOfMs the instant the vector speaks of: the as-of, or the latest event where one came ahead of the
   * watermark.
   */
  readonly onSubject: (subscriberId: string, asOfMs: number, vectorAsOfMs: number, state: SubscriberState) => void;
  readonly states?: SubscriberStates;
}

/** What became of a record. Outcomes of work orders change no feature. */
export type RecordFate = 'folded' | 'duplicate' | 'late' | 'mark' | 'outcome';

export interface PartitionFollower {
  /** The next record of the partition's log, found valid. */
  take(record: LogRecord): RecordFate;
  time(): PartitionTime;
  /** As-ofs at which nobody was scored because event time only began at them or after. */
  beforeStart(): readonly number[];
  /** As-ofs that event time has not reached. */
  notReached(): readonly number[];
}

/**
 * Follows one partition's log as a scorer does, by the same functions and in the same order of steps: event time moves,
 * then everyone is looked at for the as-ofs that it has reached, then the record is folded. So a vector made here for a
 * subscriber's daily moment is the one that the scorer used for it, bit for bit, whatever the disorder of the log.
 */
export function followPartition(options: FollowOptions): PartitionFollower {
  const { policy, calendar, onSubject, states = createSubscriberStates() } = options;
  const waiting = [...options.asOfsMs];
  const beforeStart: number[] = [];
  let time = START_OF_TIME;

  function moveTo(moved: PartitionTime): void {
    const isFirst = time.watermarkMs === undefined;
    time = moved;
    const { watermarkMs } = moved;
    while (watermarkMs !== undefined && waiting[0] !== undefined && waiting[0] <= watermarkMs) {
      const asOfMs = waiting.shift() ?? 0;
      // The first watermark starts the scorer's wheel: of the time before it no day was closed.
      if (isFirst) beforeStart.push(asOfMs);
      else lookAt(asOfMs);
    }
  }

  function lookAt(asOfMs: number): void {
    for (const [subscriberId, state] of states.all()) {
      const vectorAsOfMs = asOfFor(state, asOfMs);
      if (isScorable(state, vectorAsOfMs, policy, calendar)) onSubject(subscriberId, asOfMs, vectorAsOfMs, state);
    }
  }

  function fold(event: SubscriberEvent): RecordFate {
    let state = states.get(event.subscriberId);
    if (state === undefined) {
      state = newSubscriber(event.occurredAtMs);
      states.add(event.subscriberId, state);
    }
    const { watermarkMs } = time;
    const acceptedFromMs = watermarkMs === undefined ? undefined : watermarkMs - policy.time.latenessLimitMs;
    return foldEvent(state, event, { calendar, acceptedFromMs });
  }

  return {
    take(record) {
      if (isPartitionMark(record)) {
        const { body } = record;
        if (body.type === 'feed_progress') {
          moveTo(advanceByProgress(time, body.feed, body.completeThroughMs, policy.time));
        }
        return 'mark';
      }
      if (record.body.type === 'order_outcome') return 'outcome';
      if (isLate(time, record.occurredAtMs, policy.time)) return 'late';
      moveTo(advanceByEvent(time, record.occurredAtMs, policy.time));
      return fold(record);
    },
    time: () => time,
    beforeStart: () => beforeStart,
    notReached: () => waiting,
  };
}
