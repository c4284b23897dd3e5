import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import { sampleProgress } from '../../support/sample-events.ts';

const HOUR_MS = 3_600_000;
/** The policy's staleAfterHours. */
export const STALE_AFTER_HOURS = 3;
export const OUTAGE_HOURS = 6;

/** A stretch of the log, and the partitions that its marks of voice reach; all unless told. */
export interface Delivery {
  readonly records: readonly LogRecord[];
  readonly marked?: (partition: number) => boolean;
}

/** What happens in an hour of event time. */
export type HourOfLife = (hourMs: number) => readonly LogRecord[];

/** A way in which feeds fail to come on time for some hours. Hours count from the outage's first. */
export interface Outage {
  readonly name: string;
  readonly hours: number;
  /** What comes in one of the hours. */
  during(life: HourOfLife, fromMs: number, hour: number): Delivery;
  /** What comes when it is over. */
  afterwards(life: HourOfLife, fromMs: number): Delivery;
  /** Whether a partition's own time stands still meanwhile. */
  disturbs(partition: number): boolean;
  /** Whether the log tells what happened in another order; where everything stops, it does not. */
  readonly reorders: boolean;
  /**
   * Whether what was missing comes with its marks, hour by hour and when the feed no longer counts as stale: a partition's
   * time then passes the midnight before it is known who came back after it.
   */
  readonly relivesMidnight?: boolean;
  /** How far voice is complete after so many hours of it. */
  completeThroughMs(fromMs: number, hours: number): number;
}

const everywhere = (): boolean => true;
const isVoice = ({ feed }: LogRecord): boolean => feed === 'voice';
const isVoiceMark = (record: LogRecord): boolean => isVoice(record) && isPartitionMark(record);

function hoursOf(life: HourOfLife, fromMs: number, hours: number): LogRecord[] {
  return Array.from({ length: hours }, (_, hour) => life(fromMs + hour * HOUR_MS)).flat();
}

const oneStops: Outage = {
  name: 'outages of one feed, 6 h',
  hours: OUTAGE_HOURS,
  during: (life, fromMs, hour) => ({ records: life(fromMs + hour * HOUR_MS).filter((record) => !isVoice(record)) }),
  afterwards: (life, fromMs) => ({ records: hoursOf(life, fromMs, OUTAGE_HOURS).filter(isVoice) }),
  disturbs: everywhere,
  reorders: true,
  relivesMidnight: true,
  completeThroughMs: (fromMs) => fromMs,
};

const allStop: Outage = {
  name: 'outages of all feeds, 6 h',
  hours: OUTAGE_HOURS,
  during: () => ({ records: [] }),
  afterwards: (life, fromMs) => ({ records: hoursOf(life, fromMs, OUTAGE_HOURS) }),
  disturbs: everywhere,
  reorders: false,
  completeThroughMs: (fromMs) => fromMs,
};

const LATE_FOR_HOURS = 24;
const oneIsLate: Outage = {
  name: 'days with a feed 6 h late',
  hours: LATE_FOR_HOURS,
  during(life, fromMs, hour) {
    const hourMs = fromMs + hour * HOUR_MS;
    const late = hour < OUTAGE_HOURS ? [] : life(hourMs - OUTAGE_HOURS * HOUR_MS).filter(isVoice);
    return { records: [...life(hourMs).filter((record) => !isVoice(record)), ...late] };
  },
  afterwards: (life, fromMs) => ({
    records: hoursOf(life, fromMs + (LATE_FOR_HOURS - OUTAGE_HOURS) * HOUR_MS, OUTAGE_HOURS).filter(isVoice),
  }),
  disturbs: everywhere,
  reorders: true,
  completeThroughMs: (fromMs, hours) => fromMs + Math.max(0, hours - OUTAGE_HOURS) * HOUR_MS,
};

/** Its events come all the while. */
const marksMissing: Outage = {
  name: 'outages of marks, 6 h',
  hours: OUTAGE_HOURS,
  during: (life, fromMs, hour) => ({
    records: life(fromMs + hour * HOUR_MS).filter((record) => !isVoiceMark(record)),
  }),
  afterwards: (_life, fromMs) => ({ records: [sampleProgress('voice', fromMs + OUTAGE_HOURS * HOUR_MS)] }),
  disturbs: everywhere,
  reorders: true,
  completeThroughMs: (fromMs) => fromMs,
};

const isDeaf = (partition: number): boolean => partition < 2;
const marksMissingSomewhere: Outage = {
  ...marksMissing,
  name: 'outages of marks in two partitions of four, 6 h',
  during: (life, fromMs, hour) => ({
    records: life(fromMs + hour * HOUR_MS),
    marked: (partition) => !isDeaf(partition),
  }),
  disturbs: isDeaf,
};

export const OUTAGES: readonly Outage[] = [oneStops, allStop, oneIsLate, marksMissing, marksMissingSomewhere];
