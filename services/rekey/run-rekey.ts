import { isDeepStrictEqual } from 'node:util';
import { formatPartitionRecord } from '../core/partition/partition-record.ts';
import type { PartitionRecord } from '../core/partition/partition-record.ts';
import { alignVersions } from './align-versions.ts';
import { whatStillMoves } from './check-at-rest.ts';
import type { AtRestDeps, BoundsByPartition } from './check-at-rest.ts';
import { commonTimeOf, slotAfterMove, slotsBehind } from './common-time.ts';
import type { CommonTime } from './common-time.ts';
import { examine, refuse, strangeWords } from './examine.ts';
import type { Refused, RekeyBooks, RekeyDeps } from './examine.ts';
import { fenceOff, readPositions } from './fence.ts';
import type { Fence } from './fence.ts';
import { finishHandOver, unlockTarget, writeStarts } from './hand-over.ts';
import { copyReadingPositions } from './intake-state.ts';
import { isDeskUnchanged, moveOrders } from './move-orders.ts';
import { moveStates } from './move-states.ts';
import { isRetired, retirementWord } from './retirement.ts';
import { survey } from './survey.ts';
import type { Totals } from './survey.ts';
import { clearTarget, findTarget, giveUpTarget, lockTarget, originOf } from './target-keyspace.ts';

export type RekeyResult =
  | { readonly type: 'done'; readonly books: RekeyBooks }
  | { readonly type: 'done-before' }
  /** A run that was cut off had filled it, and opened a part. */
  | { readonly type: 'handed-over' }
  | Refused;

/** A keyspace that is being filled, and what is known of both. */
interface Move {
  readonly deps: RekeyDeps;
  readonly atRest: AtRestDeps;
  readonly fence: Fence;
  readonly books: RekeyBooks;
  readonly bounds: BoundsByPartition;
}

/**
 * Gives every subscriber of an installation at rest the pseudonym of another key, in a keyspace of its own. The old one
 * keeps all that it has, and is retired at the end. Cut off anywhere, it is begun anew, and ends in the same; where a part
 * is handed over already, the rest follows.
 *
 * @throws TakenOverError where another run has begun meanwhile.
 */
export async function runRekey(deps: RekeyDeps): Promise<RekeyResult> {
  const { redis, from, to, partitions, isDry } = deps;
  const origin = originOf(deps);
  const found = await findTarget(redis, to, partitions, origin);
  if (found === 'complete') return { type: 'done-before' };
  if (found === 'foreign') return refuse([`the keyspace '${to}' is in use: choose another`]);
  if (found === 'partly-open') return await handOverTheRest(deps, origin);
  const strange = await strangeWords(deps, found === 'unfinished');
  if (strange.length > 0) return refuse(strange);
  if (isDry) return (await examine(deps)).result;
  // Before anything is looked at: who starts a service on the new keyspace meanwhile is refused.
  if (!(await lockTarget(deps, partitions, origin, found))) {
    return refuse([`the keyspace '${to}' has come into use: choose another`]);
  }
  const { result, bounds, atRest } = await examine(deps);
  if (result.type !== 'done') {
    if (found === 'empty') await giveUpTarget(deps, partitions);
    return result;
  }
  const fence = await fenceOff({ ...deps, keyspace: from, word: retirementWord(to) });
  return await move({ deps, atRest, fence, books: result.books, bounds });
}

async function handOverTheRest(deps: RekeyDeps, origin: string): Promise<RekeyResult> {
  const { redis, from, to, partitions, isDry } = deps;
  const word = retirementWord(to);
  if (!(await isRetired(redis, from, partitions, word))) {
    return refuse([`a part of the keyspace '${to}' is handed over, but '${from}' is not ${word}`]);
  }
  if (isDry || (await finishHandOver(deps, partitions, origin))) return { type: 'handed-over' };
  return refuse([`the keyspace '${to}' has changed meanwhile: is another run under way?`]);
}

async function move({ deps, atRest, fence, books, bounds }: Move): Promise<RekeyResult> {
  const { redis, to, partitions } = deps;
  const positions = await readPositions(deps.store, bounds);
  const records = positions.map(({ record }) => record);
  const common = commonTimeOf(records);
  const { before, membership } = books;
  await clearTarget(deps, partitions);
  const quality = await fill(deps, records, common, before);
  const starts = positions.map(({ nextOffset, record }, partition) => ({
    nextOffset,
    record: formatPartitionRecord(movedRecord(record, common, quality[partition], membership.perPartition[partition])),
  }));
  await writeStarts(deps, starts);
  const after = await survey(redis, to, partitions, () => undefined);
  const changed = await whatHasChanged(deps, atRest, fence);
  const imbalance = isDeepStrictEqual(after, before) ? [] : ['what was counted before and after differs'];
  const broken = [...changed, ...imbalance];
  if (broken.length === 0) broken.push(...(await fence.retire()).map(takenOver));
  if (broken.length > 0) return { type: 'refused', reasons: broken, books: { ...books, after } };
  await unlockTarget(deps, partitions);
  return { type: 'done', books: { ...books, after } };
}

function takenOver(partition: number): string {
  return `partition ${partition} was taken over meanwhile: a scorer still runs`;
}

/** @returns the ledgers of quality, by partition. */
async function fill(
  deps: RekeyDeps,
  records: readonly PartitionRecord[],
  common: CommonTime,
  before: Totals,
): Promise<readonly (string | undefined)[]> {
  const { from, onProgress } = deps;
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
  await copyReadingPositions(deps, from);
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
    ...lost.map(takenOver),
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
