import { whatStillMoves } from './check-at-rest.ts';
import { fenceOff } from './fence.ts';
import { feedsInWork } from './intake-state.ts';
import { isDeskUnchanged } from './move-orders.ts';
import { reopenPartitions, retirementWord, wordsOf } from './retirement.ts';
import type { RekeyDeps } from './examine.ts';
import { findTarget, lockTarget, originOf } from './target-keyspace.ts';

export type ReopenResult =
  { readonly type: 'reopened' } | { readonly type: 'refused'; readonly reasons: readonly string[] };

/**
 * The way back after a move: gives the old keyspace back to the services and takes the new one from them. Only while
 * nothing has come of the new names: what has been read or worked under them, the old keyspace does not know.
 */
export async function reopenOld(deps: RekeyDeps): Promise<ReopenResult> {
  const { redis, from, to, partitions, isDry } = deps;
  const origin = originOf(deps);
  const word = retirementWord(to);
  const found = await findTarget(redis, to, partitions, origin);
  const words = await wordsOf(redis, from, partitions);
  if (!words.includes(word)) return { type: 'refused', reasons: [`the keyspace '${from}' is not ${word}`] };
  if (found === 'foreign')
    return { type: 'refused', reasons: [`the keyspace '${to}' is that of another change of names`] };
  const reasons = await whatStillMoves({ ...deps, keyspace: from });
  for (const feed of await feedsInWork(redis, to)) reasons.push(`intake reads feed ${feed} under the new key`);
  const isFilled = found === 'complete' || found === 'partly-open';
  if (isFilled && !(await isDeskUnchanged(redis, from, to))) {
    reasons.push('orders were worked under the new names');
  }
  if (reasons.length > 0) return { type: 'refused', reasons };
  if (isDry) return { type: 'reopened' };
  // A move that is still under way is kept from retiring the old keyspace, and one that takes it over from here on keeps
  // this run from opening it. Then the new one is closed: no scorer may work on both.
  await fenceOff({ redis, keyspace: from, partitions, owner: deps.owner, word });
  if (!(await lockTarget(deps, partitions, origin, found))) {
    return { type: 'refused', reasons: [`the keyspace '${to}' has changed meanwhile`] };
  }
  await reopenPartitions(redis, from, partitions, { word, owner: deps.owner });
  if ((await wordsOf(redis, from, partitions)).length > 0) {
    return { type: 'refused', reasons: [`the keyspace '${from}' was taken over by another run meanwhile`] };
  }
  return { type: 'reopened' };
}
