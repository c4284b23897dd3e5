import { SLOTS_PER_DAY } from '../core/time/daily-moment.ts';
import type { PartitionStore } from '../platform/redis/partition-store.ts';
import type { RedisClient } from '../platform/redis/redis-client.ts';
import { whatStillMoves } from './check-at-rest.ts';
import type { AtRestDeps, BoundsByPartition } from './check-at-rest.ts';
import { commonTimeOf, slotsBehind } from './common-time.ts';
import { readPositions } from './fence.ts';
import { countMembership } from './membership.ts';
import type { Membership } from './membership.ts';
import type { NameChange } from './name-change.ts';
import { retirementWord, wordsOf } from './retirement.ts';
import { survey } from './survey.ts';
import type { Totals } from './survey.ts';

export interface RekeyDeps extends Pick<
  AtRestDeps,
  'alertTopic' | 'boundsOfInput' | 'boundsOfAlerts' | 'withRecords' | 'serviceGroups' | 'groupsWithMembers'
> {
  readonly redis: RedisClient;
  readonly from: string;
  readonly to: string;
  readonly partitions: number;
  /** Of the old keyspace. */
  readonly store: Pick<PartitionStore, 'readPosition'>;
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

export interface Refused {
  readonly type: 'refused';
  readonly reasons: readonly string[];
  readonly books?: RekeyBooks;
}

/** What was found of an installation before anything is written. */
export interface Examined {
  readonly result: Refused | { readonly type: 'done'; readonly books: RekeyBooks };
  readonly bounds: BoundsByPartition;
  readonly atRest: AtRestDeps;
}

/** Whether names can change now. Writes nothing. @returns `done` with the books where they can. */
export async function examine(deps: RekeyDeps): Promise<Examined> {
  const { redis, from, partitions } = deps;
  const atRest: AtRestDeps = { ...deps, keyspace: from };
  const moving = await whatStillMoves(atRest);
  const bounds = await deps.boundsOfInput();
  if (moving.length > 0) return { result: refuse(moving), bounds, atRest };
  const records = (await readPositions(deps.store, bounds)).map(({ record }) => record);
  const common = commonTimeOf(records);
  const slotsApart = Math.max(...records.map((record) => slotsBehind(record, common)));
  const count = countMembership(deps);
  const before = await survey(redis, from, partitions, count.take);
  const books: RekeyBooks = { membership: count.result(), before, after: undefined, slotsApart };
  const reasons = unfitFor(books, deps);
  return { result: reasons.length > 0 ? { type: 'refused', reasons, books } : { type: 'done', books }, bounds, atRest };
}

/** Why the old keyspace is none that services work on. Cut off between its last steps, a run leaves it retired. */
export async function strangeWords({ redis, from, to, partitions }: RekeyDeps, isBegun: boolean): Promise<string[]> {
  const words = await wordsOf(redis, from, partitions);
  return words
    .filter((word) => !(isBegun && word === retirementWord(to)))
    .map((word) =>
      /^\d+$/.test(word)
        ? `the state of the keyspace '${from}' was made with ${word} partitions, the topic has ${partitions}`
        : `the state of the keyspace '${from}' is ${word}`,
    );
}

export function refuse(reasons: readonly string[]): Refused {
  return { type: 'refused', reasons };
}

/** Why an installation that is at rest cannot be given new names as the list stands. */
function unfitFor({ membership, before, slotsApart }: RekeyBooks, deps: RekeyDeps): string[] {
  const { moved, unlisted, examples, collisions, taken } = membership;
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
  if (collisions > 0) {
    reasons.push(
      `${collisions} subscribers would get an id that another one has, such as ${taken.join(', ')}: histories cannot be ` +
        'merged. Go back to a backup from before intake wrote under the new key, or take their numbers off the list and ' +
        'give --leave-unlisted',
    );
  }
  if (slotsApart >= SLOTS_PER_DAY)
    reasons.push('partitions stand a day apart: let marks of progress reach all of them');
  return reasons;
}
