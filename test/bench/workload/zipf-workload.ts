import { createHash } from 'node:crypto';
import { encodeLogRecord } from '../../../services/contracts/log-record.ts';
import { createPartitionOf } from '../../../services/platform/kafka/partition.ts';
import type { InputRecord } from '../../../services/scorer/ports.ts';
import { seededRandom } from '../../../models/pipeline/stand-in/random-trees.ts';
import { createSubscriberDraw } from './subscriber-draw.ts';
import { WORKLOAD_FEEDS, complaintEvent, progressMark, usageEvent } from './workload-events.ts';

/**
 * The fixed workload of the benches. It begins with a history: each subscriber's first event, within ten days, without
 * any progress of feeds. Thirty days later the live part begins: subscribers drawn by popularity, event time moving
 * evenly, every feed's progress in every partition. So whoever is seen live has been known for the 30 days that a
 * policy asks for, and the share of events that is scored is the same from the live part's beginning to its end.
 *
 * It goes with policy/zipf.yaml, which names the feeds: before all of them have reported there is no watermark, so the
 * history brings no daily moments.
 */
export interface ZipfWorkloadOptions {
  readonly seed: number;
  /** Subscriber events, the history included; marks are not counted. */
  readonly events: number;
  readonly subscribers: number;
  readonly partitions: number;
  /** 1 is Zipf's law, 0 draws all subscribers alike. */
  readonly exponent: number;
  /** Share (0–1) of the live events that are one subscriber's, on top of its share by popularity. */
  readonly hotShare: number;
  /** Live events per subscriber and day of event time: how fast event time moves. */
  readonly eventsPerSubscriberDay: number;
  /** Event time between two marks of a feed. */
  readonly markIntervalMs: number;
  /** Share (0–1) of the live events that are complaints: each makes its subscriber due and is published. */
  readonly complaintShare: number;
}

export interface WorkloadRecord {
  readonly kind: 'usage' | 'complaint' | 'mark';
  readonly partition: number;
  readonly key: string;
  readonly value: Uint8Array;
  readonly eventId: string;
  readonly occurredAtMs: number;
}

export interface ZipfWorkload {
  readonly options: ZipfWorkloadOptions;
  /** Pseudonyms, the most popular first. */
  readonly subscriberIds: readonly string[];
  readonly historyEvents: number;
  readonly startMs: number;
  readonly liveFromMs: number;
  /** Event time between two live events. */
  readonly eventIntervalMs: number;
  /** Everything in the order of the log, or one partition's part of it; a mark comes once for each partition. */
  records(partition?: number): Generator<WorkloadRecord>;
}

const DAY_MS = 86_400_000;
const HISTORY_DAYS = 10;
const WARM_UP_DAYS = 30;
const START_MS = Date.UTC(2025, 0, 5, 16);
/** Contacts of each subscriber: as many as a state keeps half of. */
const CIRCLE = 16;

/**
 * 2 million events of 200,000 subscribers. The live part lasts two days: 4.5 events per subscriber and day, about as many
 * as in the simulated operator, so that daily moments have their usual part in the work.
 */
export const ZIPF_DEFAULTS: ZipfWorkloadOptions = {
  seed: 1,
  events: 2_000_000,
  subscribers: 200_000,
  partitions: 4,
  exponent: 1,
  hotShare: 0,
  eventsPerSubscriberDay: 4.5,
  markIntervalMs: 900_000,
  complaintShare: 0,
};

/** The same options give the same records, byte by byte. */
export function createZipfWorkload(changes: Partial<ZipfWorkloadOptions> = {}): ZipfWorkload {
  const options = { ...ZIPF_DEFAULTS, ...changes };
  const { subscribers, partitions, events } = options;
  const partitionOf = createPartitionOf(partitions);
  const subscriberIds = Array.from({ length: subscribers }, (_, index) => pseudonym(index));
  const partitionsOfIds = subscriberIds.map(partitionOf);
  const historyEvents = Math.min(subscribers, events);
  const eventIntervalMs = Math.max(1, Math.round(DAY_MS / (options.eventsPerSubscriberDay * subscribers)));
  const liveFromMs = START_MS + (HISTORY_DAYS + WARM_UP_DAYS) * DAY_MS;

  function use(index: number, occurredAtMs: number, number: number, uniform: number): WorkloadRecord {
    const subscriberId = subscriberIds[index] ?? '';
    const contact = subscriberIds[(index * 31 + (number % CIRCLE) * 7_919 + 1) % subscribers] ?? '';
    const event = usageEvent(subscriberId, contact, occurredAtMs, eventIdOf(number), uniform);
    return toRecord('usage', partitionsOfIds[index] ?? 0, subscriberId, event);
  }

  function complaint(index: number, occurredAtMs: number, number: number): WorkloadRecord {
    const subscriberId = subscriberIds[index] ?? '';
    const event = complaintEvent(subscriberId, occurredAtMs, eventIdOf(number));
    return toRecord('complaint', partitionsOfIds[index] ?? 0, subscriberId, event);
  }

  function* marks(completeThroughMs: number): Generator<WorkloadRecord> {
    for (const feed of WORKLOAD_FEEDS) {
      const mark = progressMark(feed, completeThroughMs);
      for (let partition = 0; partition < partitions; partition++) {
        yield toRecord('mark', partition, `feed:${feed}`, mark);
      }
    }
  }

  return {
    options,
    subscriberIds,
    historyEvents,
    startMs: START_MS,
    liveFromMs,
    eventIntervalMs,
    *records(wanted) {
      const isWanted = (partition: number | undefined): boolean => wanted === undefined || partition === wanted;
      const random = seededRandom(options.seed);
      const draw = createSubscriberDraw(subscribers, options.exponent);
      const order = shuffled(historyEvents, random);
      let number = 0;
      for (; number < historyEvents; number++) {
        const occurredAtMs = START_MS + Math.floor((number * HISTORY_DAYS * DAY_MS) / historyEvents);
        const [index, uniform] = [order[number] ?? 0, random()];
        if (isWanted(partitionsOfIds[index])) yield use(index, occurredAtMs, number, uniform);
      }
      let nextMarkMs = liveFromMs;
      for (; number < events; number++) {
        const occurredAtMs = liveFromMs + (number - historyEvents) * eventIntervalMs;
        for (; nextMarkMs <= occurredAtMs; nextMarkMs += options.markIntervalMs) {
          for (const mark of marks(nextMarkMs)) if (isWanted(mark.partition)) yield mark;
        }
        const isHot = options.hotShare > 0 && random() < options.hotShare;
        const [index, uniform] = [isHot ? 0 : draw(random()), random()];
        const isComplaint = options.complaintShare > 0 && random() < options.complaintShare;
        if (!isWanted(partitionsOfIds[index])) continue;
        yield isComplaint ? complaint(index, occurredAtMs, number) : use(index, occurredAtMs, number, uniform);
      }
    },
  };
}

/**
 * The records of one partition as a consumer would get them, in slices, offsets from 0. Without Kafka: to drive a
 * partition worker in memory.
 *
 *     for (const slice of partitionSlices(createZipfWorkload({ events: 200_000 }), 0)) await worker.process(slice);
 */
export function* partitionSlices(
  workload: ZipfWorkload,
  partition: number,
  sliceRecords = 2_000,
): Generator<readonly InputRecord[]> {
  // After every event of the workload, as if it were loaded from an archive.
  const timestampMs = workload.liveFromMs + workload.options.events * workload.eventIntervalMs;
  let offset = 0n;
  let slice: InputRecord[] = [];
  for (const { key, value } of workload.records(partition)) {
    slice.push({ offset: offset++, key: Buffer.from(key), value: Buffer.from(value), headers: {}, timestampMs });
    if (slice.length < sliceRecords) continue;
    yield slice;
    slice = [];
  }
  if (slice.length > 0) yield slice;
}

function toRecord(
  kind: WorkloadRecord['kind'],
  partition: number,
  key: string,
  record: Parameters<typeof encodeLogRecord>[0],
): WorkloadRecord {
  const { eventId, occurredAtMs } = record;
  return { kind, partition, key, value: encodeLogRecord(record), eventId, occurredAtMs };
}

/** Number of an event in the order of the log, from 0. */
export function numberOfEvent(eventId: string): number {
  return Number.parseInt(eventId, 36);
}

function eventIdOf(number: number): string {
  return number.toString(36).padStart(7, '0');
}

/** Looks like the pseudonyms of intake, and is as long. */
function pseudonym(index: number): string {
  return `b-${createHash('sha256').update(`subscriber ${index}`).digest().toString('base64url', 0, 16)}`;
}

function shuffled(count: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let index = count - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    const held = order[index] ?? 0;
    order[index] = order[other] ?? 0;
    order[other] = held;
  }
  return order;
}
