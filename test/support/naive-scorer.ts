import type { EventBody, LogRecord, SubscriberEvent } from '../../services/core/events/subscriber-event.ts';
import { isPartitionMark } from '../../services/core/events/subscriber-event.ts';
import type { Policy } from '../../services/core/policy/policy.ts';
import { isTrigger } from '../../services/core/risk/due.ts';
import type { ScoreCause } from '../../services/core/risk/risk.ts';
import { SLOTS_PER_DAY, SLOT_MS, dailySlotOf } from '../../services/core/time/daily-moment.ts';
import { createNaiveDayOf, naiveFeatures } from './naive-features.ts';

/** What a log brings about, step by step. */
export type NaivePoint =
  | {
      readonly type: 'score';
      /** What brought it about. */
      readonly pointId: string;
      readonly subscriberId: string;
      readonly cause: ScoreCause;
      readonly asOfMs: number;
      readonly feedsBehind: boolean;
      readonly features: Readonly<Record<string, number>>;
    }
  | { readonly type: 'left'; readonly pointId: string; readonly subscriberId: string; readonly atMs: number }
  | {
      readonly type: 'outcome';
      readonly subscriberId: string;
      readonly episode: number;
      readonly result: Extract<EventBody, { type: 'order_outcome' }>['result'];
      readonly atMs: number;
    };

interface Person {
  readonly events: SubscriberEvent[];
  readonly known: Set<string>;
  lastEventAtMs: number;
  lastScoredAtMs: number;
}

/**
 * When and as of when everybody is scored, said once more in plain words: it keeps all raw events, looks at every
 * subscriber at every slot, and makes each vector from the raw events anew.
 *
 * @param log valid records that belong to the partition.
 */
export function naivePoints(log: readonly LogRecord[], policy: Policy): NaivePoint[] {
  const { disorderMs, latenessLimitMs, staleAfterMs } = policy.time;
  const dayOf = createNaiveDayOf(policy.timeZone);
  const points: NaivePoint[] = [];
  const people = new Map<string, Person>();
  const feeds = new Map<string, number>();
  let highestMs = -Infinity;
  let watermarkMs = -Infinity;
  let nextSlot: number | undefined;

  for (const record of log) {
    if (isPartitionMark(record)) {
      if (record.body.type === 'feed_progress') {
        const { feed, completeThroughMs } = record.body;
        feeds.set(feed, Math.max(completeThroughMs, feeds.get(feed) ?? -Infinity));
        moveTime();
      }
    } else if (record.body.type === 'order_outcome') {
      const { episode, result } = record.body;
      const person = people.get(record.subscriberId);
      const atMs = watermarkMs === -Infinity ? person?.lastEventAtMs : watermarkMs;
      if (atMs !== undefined && person !== undefined) {
        points.push({ type: 'outcome', subscriberId: record.subscriberId, episode, result, atMs });
      }
    } else if (record.occurredAtMs >= watermarkMs - latenessLimitMs) {
      highestMs = Math.max(highestMs, record.occurredAtMs);
      moveTime();
      take(record);
    }
  }
  return points;

  function moveTime(): void {
    const reached = feeds.size > 0 ? Math.min(...feeds.values()) : highestMs - disorderMs;
    watermarkMs = Math.max(watermarkMs, reached);
    const lastSlot = Math.floor(watermarkMs / SLOT_MS);
    nextSlot ??= lastSlot + 1;
    for (; nextSlot <= lastSlot; nextSlot++) {
      for (const [subscriberId, person] of people) {
        if (dailySlotOf(subscriberId) !== nextSlot % SLOTS_PER_DAY) continue;
        const asOfMs = asOf(person, nextSlot * SLOT_MS);
        if (isScorable(person, asOfMs)) score(`daily.${nextSlot * SLOT_MS}`, subscriberId, person, 'daily', asOfMs);
      }
    }
  }

  function take(event: SubscriberEvent): void {
    const { subscriberId, occurredAtMs, feed, eventId } = event;
    const person = people.get(subscriberId) ?? {
      events: [],
      known: new Set(),
      lastEventAtMs: -Infinity,
      lastScoredAtMs: 0,
    };
    people.set(subscriberId, person);
    const identity = JSON.stringify([feed, eventId, dayOf(occurredAtMs)]);
    if (person.known.has(identity)) return;
    person.known.add(identity);
    const pointId = `${feed}.${eventId}`;
    const wasGone = hasLeft(person.events);
    person.events.push(event);
    person.lastEventAtMs = Math.max(person.lastEventAtMs, occurredAtMs);
    if (!wasGone && hasLeft(person.events)) points.push({ type: 'left', pointId, subscriberId, atMs: occurredAtMs });
    if (!isScorable(person, person.lastEventAtMs)) return;
    const isRested = person.lastEventAtMs - person.lastScoredAtMs >= policy.scoring.minimumIntervalMs;
    if (isTrigger(event.body)) score(pointId, subscriberId, person, 'trigger', asOf(person, 0));
    else if (isRested) score(pointId, subscriberId, person, 'interval', asOf(person, 0));
  }

  function asOf(person: Person, instantMs: number): number {
    return Math.max(instantMs, person.lastEventAtMs, person.lastScoredAtMs);
  }

  function isScorable({ events }: Person, atMs: number): boolean {
    const firstDay = Math.min(...events.map(({ occurredAtMs }) => dayOf(occurredAtMs)));
    return !hasLeft(events) && dayOf(atMs) - firstDay >= policy.scoring.warmUpDays;
  }

  function score(pointId: string, subscriberId: string, person: Person, cause: ScoreCause, asOfMs: number): void {
    person.lastScoredAtMs = asOfMs;
    const front = Math.max(...feeds.values());
    const isStale = [...feeds.values()].some((completeMs) => front - completeMs > staleAfterMs);
    const feedsBehind =
      isStale || (cause !== 'trigger' && watermarkMs > -Infinity && dayOf(watermarkMs) < dayOf(asOfMs));
    const features = naiveFeatures(person.events, asOfMs, dayOf);
    points.push({ type: 'score', pointId, subscriberId, cause, asOfMs, feedsBehind, features });
  }
}

/** By the latest event that says so; of two at one time, by that later in the log. */
function hasLeft(events: readonly SubscriberEvent[]): boolean {
  let left = false;
  let latestMs = -Infinity;
  for (const { body, occurredAtMs } of events) {
    const says = saysLeft(body);
    if (says === undefined || occurredAtMs < latestMs) continue;
    left = says;
    latestMs = occurredAtMs;
  }
  return left;
}

function saysLeft(body: EventBody): boolean | undefined {
  switch (body.type) {
    case 'activation':
    case 'reactivation':
      return false;
    case 'deactivation':
      return true;
    case 'status_change':
      return body.newStatus === 'unspecified' ? undefined : body.newStatus === 'closed';
    case 'port_out':
      return body.step === 'completed' || body.step === 'unspecified' ? true : undefined;
    default:
      return undefined;
  }
}
