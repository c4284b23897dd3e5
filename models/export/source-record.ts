import type { LogRecord } from '../../services/core/events/subscriber-event.ts';
import type { Outcome } from '../../services/core/outcome.ts';

/**
 * By which clock it is decided what was known at the cut-off:
 *
 * - `log`: the topic's own time stamp, the instant at which this system came to know the record. Nothing else tells a
 *   backfill for sure: a source may leave its recording time out, which then is taken as the time of the event.
 * - `source`: `recorded_at_ms`, when the source system says it recorded the event. For files, which have no other clock,
 *   and for a history that was brought into the topic all at once.
 */
export type KnownBy = 'log' | 'source';

/** One record as its source gives it, in the order of its partition's log. */
export interface SourceRecord {
  /** When it was known, by the clock that was asked for; undefined where an unreadable record does not tell. */
  readonly knownAtMs: number | undefined;
  /** The valid record, or why a scorer would never see it; the reason labels a count. */
  readonly read: Outcome<LogRecord, string>;
  /** The record as it stands in the input log. */
  readonly bytes: Uint8Array;
}

/** Takes the records of one partition. */
export interface PartitionSink {
  take(record: SourceRecord): void;
  /** All have been taken. */
  end(): void;
}

/** The log to be exported from, one partition after the other. */
export interface LogSource {
  /** Kind and name, the same on every machine. */
  readonly name: string;
  readonly knownBy: KnownBy;
  /** @throws where the source cannot be read to its end. */
  read(open: (partition: number) => PartitionSink): Promise<void>;
}

/** When the source recorded it; where it does not say, when it happened. */
export function recordedAtOf({ recordedAtMs, occurredAtMs }: LogRecord): number {
  return recordedAtMs > 0 ? recordedAtMs : occurredAtMs;
}
