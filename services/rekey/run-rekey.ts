import { isDeepStrictEqual } from 'node:util';
import { formatPartitionRecord } from '../core/partition/partition-record.ts';
import type { PartitionRecord } from '../core/partition/partition-record.ts';
import { SLOTS_PER_DAY } from '../core/time/daily-moment.ts';
import type { PartitionStore } from '../platform/redis/partition-store.ts';
import type { RedisClient } from '../platform/redis/redis-client.ts';
import { alignVersions } from './align-versions.ts';
import { whatStillMoves } from './check-at-rest.ts';
import type { AtRestDeps } from './check-at-rest.ts';
import { commonTimeOf, slotAfterMove, slotsBehind } from './common-time.ts';
import type { CommonTime } from './common-time.ts';
import { fenceOff, readPositions } from './fence.ts';
import type { Fence } from './fence.ts';
import { copyReadingPositions } from './intake-state.ts';
import { countMembership } from './membership.ts';
import type { Membership } from './membership.ts';
import { isDeskUnchanged, moveOrders } from './move-orders.ts';
import { moveStates } from './move-states.ts';
import type { NameChange } from './name-change.ts';
import { survey } from './survey.ts';
import type { Totals } from './survey.ts';
import { clearTarget, findTarget, lockTarget, unlockTarget } from './target-keyspace.ts';

export interface RekeyDeps extends Pick<AtRestDeps, 'alertTopic' | 'boundsOfInput' | 'boundsOfAlerts'> {
  readonly redis: RedisClient;
  readonly from: string;
  readonly to: string;
  readonly partitions: number;
  /** Of the old keyspace. */
  readonly store: Pick<PartitionStore, 'acquire' | 'readPosition'>;
  readonly names: NameChange;
  readonly oldKeyId: string;
  readonly newKeyId: string;
  readonly partitionOf: (key: string) => number;
  readonly leaveUnlisted: boolean;
  readonly isDry: boolean;
  /** A token that never was before. */
  readonly owner: string;
  /** How far it is: `done` of `all`, of what. */
  readonly onProgress: (what: string, done: number, all: number) => void;
}

export interface RekeyBooks {
  readonly membership: Membership;
  readonly before: Totals;
  /** Undefined for a dry run. */
  readonly after: Totals | undefined;
  /** Slots of five minutes that the least advanced partition was behind the most advanced one. */
  readonly slotsApart: number;
}

export type RekeyResult =
  | { readonly type: 'done'; readonly books: RekeyBooks }
  | { readonly type: 'done-before' }
  | { readonly type: 'refused'; readonly reasons: readonly string[]; readonly books?: RekeyBooks };

/**
 * Gives every subscriber of an installation at rest the pseudonym of another key, in a keyspace of its own. The old one
 * is left as it is, so that there is a way back. Cut off anywhere, it is begun anew, and ends in the same.
 */
export async function runRekey(deps: RekeyDeps): Promise<RekeyResult> {
  const { redis, from, to, partitions, isDry, oldKeyId, newKeyId } = deps;
  const origin = JSON.stringify({ from, oldKeyId, newKeyId });
  const found = await findTarget(redis, to, partitions, origin);
  if (found === 'complete') return { type: 'done-before' };
  if (found === 'foreign') return refuse([`the keyspace '${to}' is in use: choose another`]);
  const atRest: AtRestDeps = { ...deps, keyspace: from };
  const moving = await whatStillMoves(atRest);
  if (moving.length > 0) return refuse(moving);
  const fence = isDry ? undefined : await fenceOff({ ...deps, keyspace: from });
  const positions = await readPositions(deps.store, await deps.boundsOfInput());
  const records = positions.map(({ record }) => record);
  const common = commonTimeOf(records);
  const slotsApart = Math.max(...records.map((record) => slotsBehind(record, common)));
  const count = countMembership(deps);
  const before = await survey(redis, from, partitions, count.take);
  const membership = count.result();
  const books: RekeyBooks = { membership, before, after: undefined, slotsApart };
  const reasons = unfitFor(books, deps);
  if (reasons.length > 0) return { type: 'refused', reasons, books };
  if (fence === undefined) return { type: 'done', books };

  await lockTarget(redis, to, partitions, origin);
  await clearTarget(redis, to, partitions);
  const quality = await fill(deps, records, common, before);
  const after = await survey(redis, to, partitions, () => undefined);
  const changed = await whatHasChanged(deps, atRest, fence);
  const imbalance = isDeepStrictEqual(after, before) ? [] : ['what was counted before and after differs'];
  const broken = [...changed, ...imbalance];
  if (broken.length > 0) return { type: 'refused', reasons: broken, books: { ...books, after } };
  const starts = positions.map(({ nextOffset, record }, partition) => ({
    nextOffset,
    record: formatPartitionRecord(movedRecord(record, common, quality[partition], membership.perPartition[partition])),
  }));
  await unlockTarget(redis, to, starts);
  return { type: 'done', books: { ...books, after } };
}

function refuse(reasons: readonly string[]): RekeyResult {
  return { type: 'refused', reasons };
}

/** Why an installation that is at rest cannot be given new names as the list stands. */
function unfitFor({ membership, before, slotsApart }: RekeyBooks, deps: RekeyDeps): string[] {
  const { moved, unlisted, examples } = membership;
  const { oldKeyId, leaveUnlisted } = deps;
  const reasons: string[] = [];
  if (before.withoutState > 0) reasons.push(`${before.withoutState} subscribers of the daily wheel have no state`);
  if (before.subscribers === 0) reasons.push(`the keyspace '${deps.from}' holds no subscribers`);
  else if (moved === 0) reasons.push(`none of the subscribers is on the list, by key '${oldKeyId}' and its secret`);
  else if (unlisted > 0 && !leaveUnlisted) {
    reasons.push(
      `${unlisted} subscribers are not on the list, such as ${examples.join(', ')}: --leave-unlisted gives them up`,
    );
  }
  if (slotsApart >= SLOTS_PER_DAY)
    reasons.push('partitions stand a day apart: let marks of progress reach all of them');
  return reasons;
}

/** @returns the ledgers of quality, by partition. */
async function fill(
  deps: RekeyDeps,
  records: readonly PartitionRecord[],
  common: CommonTime,
  before: Totals,
): Promise<readonly (string | undefined)[]> {
  const { redis, from, to, onProgress } = deps;
  const aligned = alignVersions(records.map(({ quality }) => quality));
  const behind = records.map((record) => slotsBehind(record, common));
  let [states, orders] = [0, 0];
  await moveStates({
    ...deps,
    versionOf: aligned.versionOf,
    slotOf: (slotOfDay, partition) => slotAfterMove(slotOfDay, behind[partition] ?? 0, common),
    onMoved(count) {
      states += count;
      onProgress('subscribers', states, before.subscribers);
    },
  });
  await moveOrders({
    ...deps,
    onMoved(count) {
      orders += count;
      onProgress('orders', orders, before.orders);
    },
  });
  await copyReadingPositions(redis, from, to);
  return aligned.quality;
}

/** What somebody did to the old keyspace meanwhile, in words. */
async function whatHasChanged(deps: RekeyDeps, atRest: AtRestDeps, fence: Fence): Promise<string[]> {
  const moving = await whatStillMoves(atRest);
  const isUnchanged = await isDeskUnchanged(deps.redis, deps.from, deps.to);
  const lost = await fence.lost();
  return [
    ...moving,
    ...(isUnchanged ? [] : ['orders changed meanwhile: retention still runs']),
    ...lost.map((partition) => `partition ${partition} was taken over meanwhile: a scorer still runs`),
  ];
}

/**
 * The record under which a partition goes on. Books of the log stay with the log's partition; subscribers are counted
 * where they live.
 */
function movedRecord(
  record: PartitionRecord,
  { time, sweep }: CommonTime,
  quality: string | undefined,
  subscribers = 0,
): PartitionRecord {
  return { ...record, time, sweep, counts: { ...record.counts, subscribers }, quality };
}
