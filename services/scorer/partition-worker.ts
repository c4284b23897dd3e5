import { decodeLogRecord } from '../contracts/log-record.ts';
import { isPartitionMark } from '../core/events/subscriber-event.ts';
import type { LogRecord, PartitionMark, SubscriberEvent } from '../core/events/subscriber-event.ts';
import { validateRecord } from '../core/events/validate-record.ts';
import type { ParkReason } from '../core/events/validate-record.ts';
import { buildVector } from '../core/features/vector.ts';
import { asOfFor } from '../core/features/feature-view.ts';
import { refused } from '../core/outcome.ts';
import type { Outcome } from '../core/outcome.ts';
import { NEW_PARTITION, formatPartitionRecord, parsePartitionRecord } from '../core/partition/partition-record.ts';
import type { PartitionCounts, PartitionRecord, SweepCursor } from '../core/partition/partition-record.ts';
import type { Policy } from '../core/policy/policy.ts';
import { dueAfterEvent, isScorable } from '../core/risk/due.ts';
import type { ScoreCause } from '../core/risk/risk.ts';
import { foldEvent } from '../core/subscriber/fold-event.ts';
import { decodeSubscriber, encodeSubscriber } from '../core/subscriber/subscriber-codec.ts';
import { newSubscriber } from '../core/subscriber/subscriber-state.ts';
import type { SubscriberState } from '../core/subscriber/subscriber-state.ts';
import type { CivilCalendar } from '../core/time/civil-calendar.ts';
import { SLOTS_PER_DAY, dailySlotOf, momentOfSlotMs, slotReachedBy } from '../core/time/daily-moment.ts';
import { advanceByEvent, advanceByProgress, isLate, staleFeedsOf } from '../core/time/partition-time.ts';
import type { PartitionHold, PartitionStore } from '../platform/redis/partition-store.ts';
import { decideBatch } from './decide-batch.ts';
import { addVector, newBatch } from './partition-batch.ts';
import type { PartitionBatch } from './partition-batch.ts';
import type { InputRecord, ParkRecords, RiskModel } from './ports.ts';

export interface PartitionWorkerDeps {
  readonly store: Pick<PartitionStore, 'readStates' | 'commit' | 'readWheel'>;
  readonly model: RiskModel;
  readonly policy: Policy;
  readonly calendar: CivilCalendar;
  readonly park: ParkRecords;
  /** Where Kafka's partitioner puts a key. */
  readonly partitionOf: (key: string) => number;
  /** Subscribers touched or vectors taken before a commit is made, at most. */
  readonly commitLimit: number;
  /** States kept in memory between calls, at most; one takes some ten kilobytes. */
  readonly knownLimit: number;
}

/** An hour of the wheel: progress is mostly told by the hour. */
const SLOTS_READ_AT_ONCE = 12;
/** A week of the wheel. */
const SLOTS_BETWEEN_COMMITS = 2_016;

/** Another instance took the partition over, or Redis lost what this one knew: nothing was written. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

export interface PartitionWorker {
  readonly partition: number;
  readonly owner: string;
  /** Next offset of the log to read; undefined while nothing was ever committed. */
  nextOffset(): bigint | undefined;
  record(): PartitionRecord;
  /**
   * Folds, scores and commits records in the order of the log. Those before the next offset are passed over.
   *
   * After a throw the worker is spent: what was committed is unknown, so acquire the partition anew.
   *
   * @param heartbeat called now and then during a long sweep.
   * @returns whether something was put into the outbox.
   * @throws FencedError if another owner has the partition.
   */
  process(records: readonly InputRecord[], heartbeat?: () => Promise<void>): Promise<{ readonly hasOutbox: boolean }>;
}

/** A subscriber to be scored now, and what brought it about. */
interface DuePoint {
  readonly pointId: string;
  readonly subscriberId: string;
  readonly state: SubscriberState;
  readonly cause: ScoreCause;
  readonly instantMs: number;
}

interface ParsedRecord {
  readonly input: InputRecord;
  readonly parsed: Outcome<LogRecord, ParkReason>;
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
  const { store, policy, calendar } = deps;
  let record: PartitionRecord = hold.record === undefined ? NEW_PARTITION : parsePartitionRecord(hold.record);
  let nextOffset = hold.nextOffset;
  let committedOffset = hold.nextOffset;
  let committedRecord = record;
  let staleFeeds = staleNow();
  let seq = hold.seq;
  let batch = newBatch();
  let wroteOutbox = false;
  let beat: (() => Promise<void>) | undefined;
  /**
   * States as the chain of commits left them, with the batch's own changes. While the chain is unbroken nobody else can
   * have written, so what is known need not be read again; a worker that lost its chain is thrown away with it.
   */
  let known = new Map<string, SubscriberState>();

  function staleNow(): readonly string[] {
    return staleFeedsOf(record.time, policy.time).map(({ feed }) => feed);
  }

  async function process(
    records: readonly InputRecord[],
    heartbeat?: () => Promise<void>,
  ): Promise<{ readonly hasOutbox: boolean }> {
    beat = heartbeat;
    const parsed = records.filter(isNew).map((input) => ({ input, parsed: parse(input) }));
    wroteOutbox = false;
    await loadStates(parsed);
    for (const item of parsed) {
      await takeRecord(item);
      nextOffset = item.input.offset + 1n;
      if (isFull()) await commit();
    }
    const last = records.at(-1);
    if (last !== undefined && (nextOffset === undefined || nextOffset <= last.offset)) nextOffset = last.offset + 1n;
    await commit();
    if (known.size > deps.knownLimit) known = new Map();
    return { hasOutbox: wroteOutbox };
  }

  function isNew(input: InputRecord): boolean {
    return nextOffset === undefined || input.offset >= nextOffset;
  }

  function parse(input: InputRecord): Outcome<LogRecord, ParkReason> {
    if (input.value === null) return refused('no_value', 'the record has no value');
    const decoded = decodeLogRecord(input.value);
    if (!decoded.ok) return decoded;
    return validateRecord(decoded.value, { key: input.key?.toString() ?? null, timestampMs: input.timestampMs });
  }

  async function loadStates(items: readonly ParsedRecord[]): Promise<void> {
    const ids = new Set<string>();
    for (const { parsed } of items) {
      if (parsed.ok && parsed.value.subscriberId !== '') ids.add(parsed.value.subscriberId);
    }
    await loadByIds([...ids].filter((id) => !known.has(id)));
  }

  async function loadByIds(ids: readonly string[]): Promise<void> {
    const values = await store.readStates(partition, ids);
    ids.forEach((id, i) => {
      const value = values[i];
      if (value !== undefined) known.set(id, decodeSubscriber(value));
    });
  }

  async function takeRecord({ input, parsed }: ParsedRecord): Promise<void> {
    if (!parsed.ok) {
      park(input, parsed.reason, parsed.detail);
      return;
    }
    if (isPartitionMark(parsed.value)) await takeMark(parsed.value, input);
    else await takeEvent(parsed.value, input);
  }

  async function takeMark({ body }: PartitionMark, input: InputRecord): Promise<void> {
    if (body.type === 'feed_progress') {
      const time = advanceByProgress(record.time, body.feed, body.completeThroughMs, policy.time);
      await advanceTo(time, input);
    }
    batch.counted.marks++;
  }

  async function takeEvent(event: SubscriberEvent, input: InputRecord): Promise<void> {
    if (event.body.type === 'order_outcome') {
      takeOutcome(event);
      return;
    }
    if (isLate(record.time, event.occurredAtMs, policy.time)) {
      park(input, 'late', 'occurred_at_ms is before the watermark less the lateness limit');
      return;
    }
    const newcomer = !known.has(event.subscriberId);
    if (newcomer && deps.partitionOf(event.subscriberId) !== partition) {
      // With two partitioners at work a subscriber would live twice, each half silent.
      park(input, 'wrong_partition', "the key belongs to another partition by Kafka's default partitioner");
      return;
    }
    await advanceTo(advanceByEvent(record.time, event.occurredAtMs, policy.time), input);
    fold(event, newcomer);
  }

  function fold(event: SubscriberEvent, newcomer: boolean): void {
    const { subscriberId } = event;
    const state = known.get(subscriberId) ?? newSubscriber(event.occurredAtMs);
    if (newcomer) {
      known.set(subscriberId, state);
      batch.newcomers.push(subscriberId);
      batch.counted.subscribers++;
    }
    const { watermarkMs } = record.time;
    const acceptedFromMs = watermarkMs === undefined ? undefined : watermarkMs - policy.time.latenessLimitMs;
    const wasClosed = state.closed?.value === true;
    if (foldEvent(state, event, { calendar, acceptedFromMs }) === 'duplicate') {
      batch.counted.duplicates++;
      return;
    }
    batch.counted.folded++;
    batch.touched.set(subscriberId, state);
    if (!wasClosed && state.closed?.value === true) {
      batch.points.push({ type: 'left', pointId: pointIdOf(event), subscriberId, state, atMs: event.occurredAtMs });
    }
    const cause = dueAfterEvent(state, event.body, policy, calendar);
    if (cause !== undefined) {
      takeScore({ pointId: pointIdOf(event), subscriberId, state, cause, instantMs: state.lastEventAtMs });
    }
  }

  function takeOutcome(event: SubscriberEvent): void {
    batch.counted.outcomes++;
    const state = known.get(event.subscriberId);
    if (event.body.type !== 'order_outcome' || state === undefined) return;
    // The desk's clock is not the log's: what the outcome suppresses counts from the log's own time.
    const atMs = record.time.watermarkMs ?? state.lastEventAtMs;
    const { episode, result } = event.body;
    batch.touched.set(event.subscriberId, state);
    batch.points.push({ type: 'outcome', subscriberId: event.subscriberId, state, episode, result, atMs });
  }

  function takeScore({ pointId, subscriberId, state, cause, instantMs }: DuePoint): void {
    const asOfMs = asOfFor(state, instantMs);
    const row = addVector(batch, buildVector(state, asOfMs, calendar));
    state.lastScoredAtMs = asOfMs;
    batch.touched.set(subscriberId, state);
    const { watermarkMs } = record.time;
    const feedsBehind = staleFeeds.length > 0 || (cause !== 'trigger' && isDayOpen(asOfMs));
    batch.points.push({
      type: 'score',
      pointId,
      subscriberId,
      state,
      cause,
      asOfMs,
      staleFeeds,
      feedsBehind,
      watermarkMs,
      row,
    });
  }

  /**
   * Whether the as-of lies in a day that the watermark has not reached. Features count days: in the first hours of an
   * outage, before a feed counts as stale, a new day would already make everyone of that feed look silent for one more.
   * A trigger has a reason of its own and does not wait.
   */
  function isDayOpen(asOfMs: number): boolean {
    const { watermarkMs } = record.time;
    return watermarkMs !== undefined && calendar.dayOf(watermarkMs) < calendar.dayOf(asOfMs);
  }

  function park(input: InputRecord, reason: ParkReason, detail: string): void {
    batch.parked.push({ record: input, reason, detail });
    batch.counted[reason === 'late' ? 'late' : 'parked']++;
  }

  /** Moves event time, then scores everyone whose daily moment it has reached. */
  async function advanceTo(time: PartitionRecord['time'], input: InputRecord): Promise<void> {
    if (time !== record.time) {
      record = { ...record, time };
      staleFeeds = staleNow();
    }
    if (time.watermarkMs === undefined) return;
    const reached = slotReachedBy(time.watermarkMs);
    // The first watermark starts the wheel: what came before it has no moments to make up for.
    let cursor = record.sweep ?? { slot: reached + 1, index: 0 };
    if (record.sweep === undefined) record = { ...record, sweep: cursor };
    if (cursor.slot > reached) return;
    // Until the sweep is done a successor has to begin with this record again.
    nextOffset = input.offset;
    if (batch.newcomers.length > 0) await commit();
    let visitors: string[] = [];
    let committedSlot = cursor.slot;
    while (cursor.slot <= reached) {
      await beat?.();
      const room = Math.max(deps.commitLimit - batch.rows, 1);
      const ahead = await store.readWheel(partition, slotsFrom(cursor, reached), room);
      const strangers = ahead.flat().filter((id) => !known.has(id));
      await loadByIds(strangers);
      visitors.push(...strangers);
      for (const members of ahead) {
        for (const id of members) scoreAtMoment(id, momentOfSlotMs(cursor.slot));
        const isWhole = members.length < room;
        cursor = isWhole ? { slot: cursor.slot + 1, index: 0 } : { ...cursor, index: cursor.index + members.length };
        record = { ...record, sweep: cursor };
        if (isFull()) await commit();
        if (!isWhole) break;
      }
      // Over slots without members nothing fills a batch, but a successor should not begin a jump of years anew.
      if (cursor.slot - committedSlot > SLOTS_BETWEEN_COMMITS) {
        await commit();
        committedSlot = cursor.slot;
      }
      // A sweep may pass the whole base: what it brought in must not pile up. States not committed yet stay.
      if (known.size > deps.knownLimit) for (const id of visitors) if (!batch.touched.has(id)) known.delete(id);
      visitors = visitors.filter((id) => batch.touched.has(id));
    }
  }

  function scoreAtMoment(subscriberId: string, momentMs: number): void {
    const state = known.get(subscriberId);
    if (state !== undefined && isScorable(state, asOfFor(state, momentMs), policy, calendar)) {
      takeScore({ pointId: `daily.${momentMs}`, subscriberId, state, cause: 'daily', instantMs: momentMs });
    }
  }

  function isFull(): boolean {
    return batch.touched.size >= deps.commitLimit || batch.rows >= deps.commitLimit;
  }

  function isUnchanged(): boolean {
    return record === committedRecord && batch.touched.size === 0 && batch.parked.length === 0;
  }

  async function commit(): Promise<void> {
    if (nextOffset === undefined || (nextOffset === committedOffset && isUnchanged())) return;
    const done = batch;
    if (done.parked.length > 0) await deps.park(partition, done.parked);
    const { outbox, bands } = await decideBatch(done, deps);
    const counted = withCounts(record, done);
    const result = await store.commit(partition, {
      owner,
      expectedSeq: seq,
      nextOffset,
      record: formatPartitionRecord(counted),
      states: [...done.touched].map(([subscriberId, state]) => ({ subscriberId, value: encodeSubscriber(state) })),
      outbox,
      wheel: done.newcomers.map((subscriberId) => ({ subscriberId, slotOfDay: dailySlotOf(subscriberId) })),
      bands: [...bands].map(([subscriberId, band]) => ({ subscriberId, band })),
    });
    if (result !== 'committed' && result !== 'already-committed') {
      throw new FencedError(`partition ${partition}: the commit was refused, ${result}`);
    }
    seq++;
    record = counted;
    committedRecord = counted;
    committedOffset = nextOffset;
    batch = newBatch();
    wroteOutbox ||= outbox.length > 0;
  }

  return {
    partition,
    owner,
    nextOffset: () => nextOffset,
    record: () => record,
    process,
  };
}

/** The next slots of the wheel, as many as are read at once. */
function slotsFrom(
  { slot, index }: SweepCursor,
  reached: number,
): { readonly slotOfDay: number; readonly from: number }[] {
  const count = Math.min(reached - slot + 1, SLOTS_READ_AT_ONCE);
  return Array.from({ length: count }, (_, i) => ({
    slotOfDay: (slot + i) % SLOTS_PER_DAY,
    from: i === 0 ? index : 0,
  }));
}

function pointIdOf({ feed, eventId }: SubscriberEvent): string {
  return `${feed}.${eventId}`;
}

function withCounts(record: PartitionRecord, batch: PartitionBatch): PartitionRecord {
  const counts: Record<keyof PartitionCounts, number> = { ...record.counts };
  for (const name of Object.keys(counts) as (keyof PartitionCounts)[]) counts[name] += batch.counted[name];
  const parkedByReason: Partial<Record<ParkReason, number>> = { ...record.parkedByReason };
  for (const { reason } of batch.parked) parkedByReason[reason] = (parkedByReason[reason] ?? 0) + 1;
  return { ...record, counts, parkedByReason };
}
