import type { SubscriberEvent } from '../core/events/subscriber-event.ts';
import { asOfFor } from '../core/features/feature-view.ts';
import { FEATURES } from '../core/features/registry.ts';
import { writeVector } from '../core/features/vector.ts';
import type { PartitionRecord } from '../core/partition/partition-record.ts';
import type { Policy } from '../core/policy/policy.ts';
import { lastOwnActivityMs } from '../core/quality/open-prediction.ts';
import { dueAfterEvent, isScorable } from '../core/risk/due.ts';
import type { ScoreCause } from '../core/risk/risk.ts';
import { foldEvent } from '../core/subscriber/fold-event.ts';
import { newSubscriber } from '../core/subscriber/subscriber-state.ts';
import type { SubscriberState } from '../core/subscriber/subscriber-state.ts';
import type { CivilCalendar } from '../core/time/civil-calendar.ts';
import { staleFeedsOf } from '../core/time/partition-time.ts';
import type { PartitionTime } from '../core/time/partition-time.ts';
import type { KnownStates } from './known-states.ts';
import { addRow } from './partition-batch.ts';
import type { PartitionBatch } from './partition-batch.ts';

/** Where the work on a partition stands between two records. */
export interface PartitionWork {
  time: PartitionTime;
  sweep: PartitionRecord['sweep'];
  /** Feeds that are behind, as of `time`. */
  staleFeeds: readonly string[];
  batch: PartitionBatch;
  /**
   * States as the chain of commits left them, with the batch's own changes. While the chain is unbroken nobody else can
   * have written, so what is known need not be read again; a worker that lost its chain is thrown away with it.
   */
  readonly known: KnownStates;
}

interface FoldDeps {
  readonly policy: Policy;
  readonly calendar: CivilCalendar;
}

/** A subscriber to be scored now, and what brought it about. */
interface DuePoint {
  readonly pointId: string;
  readonly subscriberId: string;
  readonly state: SubscriberState;
  readonly cause: ScoreCause;
  readonly instantMs: number;
}

export function setTime(work: PartitionWork, time: PartitionTime, { policy }: FoldDeps): void {
  if (time === work.time) return;
  if (time.feeds !== work.time.feeds) work.staleFeeds = namesOfStale(time, policy);
  work.time = time;
}

export function namesOfStale(time: PartitionTime, policy: Policy): readonly string[] {
  return staleFeedsOf(time, policy.time).map(({ feed }) => feed);
}

/** Folds an event that was admitted. What it brings about is put into the batch, vectors as of now. */
export function foldIntoBatch(work: PartitionWork, event: SubscriberEvent, deps: FoldDeps): void {
  const { batch, known } = work;
  const { policy, calendar } = deps;
  const { subscriberId } = event;
  let state = known.get(subscriberId);
  if (state === undefined) {
    state = newSubscriber(event.occurredAtMs);
    known.set(subscriberId, state);
    batch.newcomers.push(subscriberId);
    batch.counted.subscribers++;
  }
  const { watermarkMs } = work.time;
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
  if (cause === undefined) return;
  takeScore(work, { pointId: pointIdOf(event), subscriberId, state, cause, instantMs: state.lastEventAtMs }, deps);
}

export function takeOutcome(work: PartitionWork, event: SubscriberEvent): void {
  const { batch } = work;
  batch.counted.outcomes++;
  const state = work.known.get(event.subscriberId);
  if (event.body.type !== 'order_outcome' || state === undefined) return;
  // The desk's clock is not the log's: what the outcome suppresses counts from the log's own time.
  const atMs = work.time.watermarkMs ?? state.lastEventAtMs;
  const { episode, result } = event.body;
  batch.touched.set(event.subscriberId, state);
  batch.points.push({ type: 'outcome', subscriberId: event.subscriberId, state, episode, result, atMs });
}

/** A subscriber's daily moment has come. */
export function scoreAtMoment(work: PartitionWork, subscriberId: string, momentMs: number, deps: FoldDeps): void {
  const state = work.known.get(subscriberId);
  if (state === undefined || !isScorable(state, asOfFor(state, momentMs), deps.policy, deps.calendar)) return;
  takeScore(work, { pointId: `daily.${momentMs}`, subscriberId, state, cause: 'daily', instantMs: momentMs }, deps);
}

function takeScore(work: PartitionWork, point: DuePoint, { calendar }: FoldDeps): void {
  const { batch, staleFeeds } = work;
  const { pointId, subscriberId, state, cause, instantMs } = point;
  const asOfMs = asOfFor(state, instantMs);
  const row = addRow(batch);
  writeVector(batch.vectors, row * FEATURES.length, state, asOfMs, calendar);
  state.lastScoredAtMs = asOfMs;
  batch.touched.set(subscriberId, state);
  const { watermarkMs } = work.time;
  const feedsBehind = staleFeeds.length > 0 || (cause !== 'trigger' && isDayOpen(watermarkMs, asOfMs, calendar));
  batch.points.push({
    type: 'score',
    pointId,
    subscriberId,
    state,
    cause,
    asOfMs,
    staleFeeds,
    feedsBehind,
    // Now, for later events of the batch are not known at this moment.
    daily: cause === 'daily' ? { momentMs: instantMs, ownActivityMs: lastOwnActivityMs(state) } : undefined,
    watermarkMs,
    row,
  });
}

/**
 * Whether the as-of lies in a day that the watermark has not reached. Features count days: in the first hours of an
 * outage, before a feed counts as stale, a new day would already make everyone of that feed look silent for one more.
 * A trigger has a reason of its own and does not wait.
 */
function isDayOpen(watermarkMs: number | undefined, asOfMs: number, calendar: CivilCalendar): boolean {
  return watermarkMs !== undefined && calendar.dayOf(watermarkMs) < calendar.dayOf(asOfMs);
}

function pointIdOf({ feed, eventId }: SubscriberEvent): string {
  return `${feed}.${eventId}`;
}
