import { isPartitionMark } from '../core/events/subscriber-event.ts';
import type { LogRecord, PartitionMark } from '../core/events/subscriber-event.ts';
import type { ParkReason } from '../core/events/validate-record.ts';
import {
  NEW_PARTITION,
  formatPartitionRecord,
  parsePartitionRecord,
  recordsIn,
} from '../core/partition/partition-record.ts';
import type { PartitionRecord } from '../core/partition/partition-record.ts';
import { isTooMuchRubbish, rubbishAmongLast, withRubbish } from '../core/partition/rubbish-window.ts';
import type { DriftBaseline } from '../core/quality/drift-baseline.ts';
import type { Policy } from '../core/policy/policy.ts';
import { encodeSubscriber } from '../core/subscriber/subscriber-codec.ts';
import type { CivilCalendar } from '../core/time/civil-calendar.ts';
import { dailySlotOf, momentOfSlotMs, slotReachedBy } from '../core/time/daily-moment.ts';
import { advanceByEvent, advanceByProgress, isLate } from '../core/time/partition-time.ts';
import { RubbishShareError } from '../platform/kafka/rubbish-share.ts';
import type { PartitionHold, PartitionStore } from '../platform/redis/partition-store.ts';
import type { Breathe } from './breather.ts';
import { decideBatch } from './decide-batch.ts';
import type { DecidedCounts } from './decide-batch.ts';
import { foldIntoBatch, namesOfStale, scoreAtMoment, setTime, takeOutcome } from './fold-into-batch.ts';
import type { PartitionWork } from './fold-into-batch.ts';
import { createKnownStates, loadStates } from './known-states.ts';
import { newBatch, withCounts } from './partition-batch.ts';
import type { InputRecord, ParkRecords, RiskModel } from './ports.ts';
import { readRecord, sinceOffset } from './read-record.ts';
import { createQualityWatch } from './watch-quality.ts';
import { slotsFrom } from './wheel-slots.ts';

export interface PartitionWorkerDeps {
  readonly store: Pick<PartitionStore, 'readStates' | 'commit' | 'readWheel'>;
  readonly model: RiskModel;
  /** What daily scores are compared with; left out, drift of features is not watched. */
  readonly driftBaseline?: DriftBaseline | undefined;
  /** Called when a commit holds. */
  readonly onDecided?: (counts: DecidedCounts) => void;
  readonly policy: Policy;
  readonly calendar: CivilCalendar;
  readonly park: ParkRecords;
  /** Share of the last records that may be parked, 0–1; left out, any. */
  readonly rubbishShare?: number;
  /** Where Kafka's partitioner puts a key. */
  readonly partitionOf: (key: string) => number;
  /** Subscribers touched or vectors taken before a commit is made, at most. */
  readonly commitLimit: number;
  /** States kept in memory between calls, at most; one takes some ten kilobytes. */
  readonly knownLimit: number;
  /** Asked between two records, decisions and states, that others may have a turn. */
  readonly breathe?: Breathe;
}

/** A week of the wheel. */
const SLOTS_BETWEEN_COMMITS = 2_016;

/** Another instance took the partition over, or Redis lost what this one knew: nothing was written. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

export interface PartitionWorker {
  readonly partition: number;
  readonly owner: string;
  /** Next offset of the log to read. */
  nextOffset(): bigint;
  record(): PartitionRecord;
  /**
   * Folds, scores and commits records in the order of the log. Those before the next offset are passed over.
   *
   * After a throw the worker is spent: what was committed is unknown, so acquire the partition anew.
   *
   * @param heartbeat called now and then during a long sweep.
   * @returns whether something was put into the outbox.
   * @throws FencedError if another owner has the partition; RubbishShareError where too many records cannot be used,
   *   with all before the next of them committed: who comes next decides the same.
   */
  process(records: readonly InputRecord[], heartbeat?: () => Promise<void>): Promise<{ readonly hasOutbox: boolean }>;
}

/**
 * The one writer of one partition.
 *
 * Order of work for each record, all of it decided by the log: advance event time; sweep the daily moments that time
 * has reached, as of before this record; then fold. A commit may fall between any two steps: it carries the states,
 * the sweep's place and the offset of the first record that is not folded yet, so that a successor goes on from
 * exactly there and decides the same.
 */
export function createPartitionWorker(
  partition: number,
  owner: string,
  hold: PartitionHold,
  deps: PartitionWorkerDeps,
): PartitionWorker {
  const { store, policy } = deps;
  let record: PartitionRecord = hold.record === undefined ? NEW_PARTITION : parsePartitionRecord(hold.record);
  // Its holder knows where a log begins of which nothing was committed yet; offsets start at 0.
  let nextOffset = hold.nextOffset ?? 0n;
  let committedOffset = nextOffset;
  let seq = hold.seq;
  let wroteOutbox = false;
  let rubbish = record.rubbish;
  let excess: RubbishShareError | undefined;
  const quality = createQualityWatch(record.quality, {
    modelVersion: deps.model.modelVersion,
    driftBaseline: deps.driftBaseline,
    horizonMs: policy.quality.horizonMs,
  });
  let beat: (() => Promise<void>) | undefined;
  const work: PartitionWork = {
    time: record.time,
    sweep: record.sweep,
    staleFeeds: namesOfStale(record.time, policy),
    batch: newBatch(),
    known: createKnownStates(deps.knownLimit),
  };

  async function process(
    records: readonly InputRecord[],
    heartbeat?: () => Promise<void>,
  ): Promise<{ readonly hasOutbox: boolean }> {
    beat = heartbeat;
    wroteOutbox = false;
    const fresh = sinceOffset(records, nextOffset);
    const keys = fresh.map(({ key }) => key?.toString() ?? null);
    await loadByIds(new Set(keys));
    for (let i = 0; i < fresh.length; i++) {
      const input = fresh[i];
      if (input === undefined) break;
      const breath = deps.breathe?.();
      if (breath !== undefined) await breath;
      const admitted = admit(input, keys[i] ?? null);
      if (excess !== undefined) {
        nextOffset = input.offset;
        await commit();
        throw excess;
      }
      if (isSweepDue()) await sweep(input);
      // Only now, for a commit within the sweep makes a successor begin with this record again.
      if (admitted !== undefined) settle(admitted);
      if (isFull()) {
        nextOffset = input.offset + 1n;
        await commit();
      }
    }
    const last = fresh.at(-1);
    if (last !== undefined) nextOffset = last.offset + 1n;
    await commit();
    work.known.trim();
    return { hasOutbox: wroteOutbox };
  }

  /** Moves event time by a record and gives what is to be settled after the sweep; undefined where nothing is left. */
  function admit(input: InputRecord, key: string | null): LogRecord | undefined {
    const read = readRecord(input, key);
    if (!read.ok) {
      park(input, read.reason, read.detail);
      return undefined;
    }
    const event = read.value;
    if (isPartitionMark(event)) {
      moveByMark(event);
      return event;
    }
    if (event.body.type === 'order_outcome') {
      takeOutcome(work, event);
      return undefined;
    }
    if (isLate(work.time, event.occurredAtMs, policy.time)) {
      park(input, 'late', 'occurred_at_ms is before the watermark less the lateness limit');
      return undefined;
    }
    if (work.known.get(event.subscriberId) === undefined && deps.partitionOf(event.subscriberId) !== partition) {
      // With two partitioners at work a subscriber would live twice, each half silent.
      park(input, 'wrong_partition', "the key belongs to another partition by Kafka's default partitioner");
      return undefined;
    }
    setTime(work, advanceByEvent(work.time, event.occurredAtMs, policy.time), deps);
    return event;
  }

  function settle(admitted: LogRecord): void {
    if (isPartitionMark(admitted)) work.batch.counted.marks++;
    else foldIntoBatch(work, admitted, deps);
  }

  function moveByMark({ body }: PartitionMark): void {
    if (body.type !== 'feed_progress') return;
    setTime(work, advanceByProgress(work.time, body.feed, body.completeThroughMs, policy.time), deps);
  }

  function park(input: InputRecord, reason: ParkReason, detail: string): void {
    // Late ones are understood: one feed that is behind makes many.
    if (reason !== 'late') {
      const place = recordsIn(record.counts) + recordsIn(work.batch.counted);
      const next = withRubbish(rubbish, place);
      const amount = rubbishAmongLast(next, place);
      if (isTooMuchRubbish(amount, deps.rubbishShare ?? 1)) {
        excess = new RubbishShareError(amount, { offset: input.offset, reason, detail });
        return;
      }
      rubbish = next;
    }
    work.batch.parked.push({ record: input, reason, detail });
    work.batch.counted[reason === 'late' ? 'late' : 'parked']++;
  }

  function loadByIds(ids: Iterable<string | null>): Promise<void> {
    return loadStates(work.known, ids, (strangers) => store.readStates(partition, strangers), deps.breathe);
  }

  function isSweepDue(): boolean {
    const { watermarkMs } = work.time;
    if (watermarkMs === undefined) return false;
    const reached = slotReachedBy(watermarkMs);
    // The first watermark starts the wheel: what came before it has no moments to make up for.
    work.sweep ??= { slot: reached + 1, index: 0 };
    return work.sweep.slot <= reached;
  }

  /** Scores everyone whose daily moment event time has reached. */
  async function sweep(input: InputRecord): Promise<void> {
    const reached = slotReachedBy(work.time.watermarkMs ?? 0);
    let cursor = work.sweep ?? { slot: reached + 1, index: 0 };
    // Until the sweep is done a successor has to begin with this record again.
    nextOffset = input.offset;
    if (work.batch.newcomers.length > 0) await commit();
    let visitors: string[] = [];
    let committedSlot = cursor.slot;
    while (cursor.slot <= reached) {
      await beat?.();
      const room = Math.max(deps.commitLimit - work.batch.rows, 1);
      const ahead = await store.readWheel(partition, slotsFrom(cursor, reached), room);
      const strangers = ahead.flat().filter((id) => work.known.get(id) === undefined);
      await loadByIds(strangers);
      visitors.push(...strangers);
      for (const members of ahead) {
        for (const id of members) {
          const breath = deps.breathe?.();
          if (breath !== undefined) await breath;
          scoreAtMoment(work, id, momentOfSlotMs(cursor.slot), deps);
        }
        const isWhole = members.length < room;
        cursor = isWhole ? { slot: cursor.slot + 1, index: 0 } : { ...cursor, index: cursor.index + members.length };
        work.sweep = cursor;
        if (isFull()) await commit();
        if (!isWhole) break;
      }
      // Over slots without members nothing fills a batch, but a successor should not begin a jump of years anew.
      if (cursor.slot - committedSlot > SLOTS_BETWEEN_COMMITS) {
        await commit();
        committedSlot = cursor.slot;
      }
      // A sweep may pass the whole base: what it brought in must not pile up. States not committed yet stay.
      const { touched } = work.batch;
      if (work.known.size() > deps.knownLimit) for (const id of visitors) if (!touched.has(id)) work.known.delete(id);
      visitors = visitors.filter((id) => touched.has(id));
    }
  }

  function isFull(): boolean {
    const { touched, rows } = work.batch;
    return touched.size >= deps.commitLimit || rows >= deps.commitLimit;
  }

  function isUnchanged(): boolean {
    const { batch, time, sweep: cursor } = work;
    const isStill = time === record.time && cursor === record.sweep;
    return isStill && nextOffset === committedOffset && batch.touched.size === 0 && batch.parked.length === 0;
  }

  async function commit(): Promise<void> {
    if (isUnchanged()) return;
    const done = work.batch;
    if (done.parked.length > 0) await deps.park(partition, done.parked);
    const { outbox, bands, counts } = await decideBatch(done, {
      model: deps.model,
      policy,
      quality,
      breathe: deps.breathe,
    });
    const states: { readonly subscriberId: string; readonly value: Uint8Array }[] = [];
    for (const [subscriberId, state] of done.touched) {
      const breath = deps.breathe?.();
      if (breath !== undefined) await breath;
      states.push({ subscriberId, value: encodeSubscriber(state) });
    }
    const settled = { ...record, time: work.time, sweep: work.sweep, rubbish, quality: quality.text() };
    const counted = withCounts(settled, done);
    const result = await store.commit(partition, {
      owner,
      expectedSeq: seq,
      nextOffset,
      record: formatPartitionRecord(counted),
      states,
      outbox,
      wheel: done.newcomers.map((subscriberId) => ({ subscriberId, slotOfDay: dailySlotOf(subscriberId) })),
      bands: Array.from(bands, ([subscriberId, band]) => ({ subscriberId, band })),
      qualityHours: quality.unwrittenHours(),
    });
    if (result !== 'committed' && result !== 'already-committed') {
      throw new FencedError(`partition ${partition}: the commit was refused, ${result}`);
    }
    seq++;
    record = counted;
    committedOffset = nextOffset;
    work.batch = newBatch(done.vectors);
    wroteOutbox ||= outbox.length > 0;
    quality.written();
    deps.onDecided?.(counts);
  }

  return {
    partition,
    owner,
    nextOffset: () => nextOffset,
    record: () => record,
    process,
  };
}
