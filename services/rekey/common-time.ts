import type { PartitionRecord, SweepCursor } from '../core/partition/partition-record.ts';
import { START_OF_TIME } from '../core/time/partition-time.ts';
import type { PartitionTime } from '../core/time/partition-time.ts';
import { SLOTS_PER_DAY } from '../core/time/daily-moment.ts';

/** Where all partitions stand after subscribers have moved between them. */
export interface CommonTime {
  readonly time: PartitionTime;
  /** Undefined before the first watermark. */
  readonly sweep: SweepCursor | undefined;
}

/**
 * The time of the most advanced partition, for all. Marks go to every partition, so that all stand at the same time once
 * the log has been read to its end; where they do not, a subscriber must not come into a partition whose sweep still
 * passes moments that he was scored at.
 */
export function commonTimeOf(records: readonly PartitionRecord[]): CommonTime {
  const times = records.map(({ time }) => time);
  const feeds: Record<string, number> = {};
  for (const time of times) {
    for (const [feed, throughMs] of Object.entries(time.feeds)) {
      feeds[feed] = Math.max(throughMs, feeds[feed] ?? -Infinity);
    }
  }
  const slot = latest(records.map(({ sweep }) => sweep?.slot));
  return {
    time: {
      ...START_OF_TIME,
      watermarkMs: latest(times.map(({ watermarkMs }) => watermarkMs)),
      highestEventMs: latest(times.map(({ highestEventMs }) => highestEventMs)),
      feeds,
    },
    sweep: slot === undefined ? undefined : { slot, index: 0 },
  };
}

/** Slots of the daily wheel that a partition is behind the most advanced one. */
export function slotsBehind(record: PartitionRecord, { sweep }: CommonTime): number {
  return record.sweep === undefined || sweep === undefined ? 0 : sweep.slot - record.sweep.slot;
}

/**
 * The slot of the day in which a subscriber is scored from now on: the same as before, so that no daily moment is missed
 * or taken twice. Only where the own partition was behind and the moment is one that the common time has passed, it is the
 * next that comes.
 *
 * @param behind slots that the partition was behind: less than a day.
 */
export function slotAfterMove(slotOfDay: number, behind: number, { sweep }: CommonTime): number {
  if (sweep === undefined || behind === 0) return slotOfDay;
  const next = sweep.slot - behind;
  const until = (((slotOfDay - next) % SLOTS_PER_DAY) + SLOTS_PER_DAY) % SLOTS_PER_DAY;
  return until < behind ? sweep.slot % SLOTS_PER_DAY : slotOfDay;
}

function latest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
