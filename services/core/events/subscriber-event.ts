import type { AccountBody } from './account.ts';
import type { CareBody } from './care.ts';
import type { UsageBody } from './usage.ts';

export type EventBody = UsageBody | CareBody | AccountBody;

interface RecordHead {
  readonly eventId: string;
  /** When it happened; milliseconds since the Unix epoch, UTC. */
  readonly occurredAtMs: number;
  /** When the source system recorded it; milliseconds since the Unix epoch, UTC. */
  readonly recordedAtMs: number;
  readonly feed: string;
  /** Local time at the place of the event, minutes east of UTC. */
  readonly utcOffsetMinutes: number;
}

/** Something that happened to one subscriber. Integers are safe integers; money is in minor units (fen, cent). */
export interface SubscriberEvent extends RecordHead {
  /** Keyed pseudonym, equal to the record's Kafka key. */
  readonly subscriberId: string;
  readonly body: EventBody;
}

/** A feed's promise that everything up to `completeThroughMs` has been delivered, apart from stragglers. */
export interface FeedProgress {
  readonly type: 'feed_progress';
  readonly feed: string;
  readonly completeThroughMs: number;
}

export interface NetworkIncident {
  readonly type: 'network_incident';
  readonly incidentId: string;
  readonly cellIds: readonly string[];
  readonly areaIds: readonly string[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
}

/** A mark that concerns the whole partition; `subscriberId` is ''. */
export interface PartitionMark extends RecordHead {
  readonly subscriberId: '';
  readonly body: FeedProgress | NetworkIncident;
}

/** One record of the input log. */
export type LogRecord = SubscriberEvent | PartitionMark;

export function isPartitionMark(record: LogRecord): record is PartitionMark {
  return record.body.type === 'feed_progress' || record.body.type === 'network_incident';
}
