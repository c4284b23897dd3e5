import { fromLatin1 } from '../bytes.ts';
import type { Database } from '../database.ts';
import { RefusedCommandError } from '../reply.ts';
import type { Reply } from '../reply.ts';
import { createSortedSet } from '../sorted-set.ts';
import type { Scored, SortedSet } from '../sorted-set.ts';
import { integerAt, notSimulated, parseScore, placesOf, textAt } from './command.ts';
import type { SimulatedCommands } from './command.ts';

export const sortedSetCommands: SimulatedCommands = {
  ZADD: {
    least: 3,
    most: Infinity,
    run(database, args) {
      if (/^(nx|xx|gt|lt|ch|incr)$/i.test(textAt(args, 1))) notSimulated('options of ZADD');
      if (args.length % 2 !== 1) throw new RefusedCommandError('ERR syntax error');
      const pairs: Scored[] = [];
      for (let at = 1; at < args.length; at += 2) {
        const score = parseScore(textAt(args, at));
        if (score === undefined) throw new RefusedCommandError('ERR value is not a valid float');
        pairs.push({ member: textAt(args, at + 1), score });
      }
      const { set } = database.open(textAt(args, 0), 'zset', () => ({ type: 'zset', set: createSortedSet() }));
      let added = 0;
      for (const { member, score } of pairs) {
        const before = set.scoreOf(member);
        if (before === undefined) added += 1;
        if (before === score) continue;
        undoOf(database, set, member, before);
        set.set(member, score);
      }
      return added;
    },
  },
  ZREM: {
    least: 2,
    most: Infinity,
    run(database, args) {
      const key = textAt(args, 0);
      const set = database.find(key, 'zset')?.set;
      if (set === undefined) return 0;
      let removed = 0;
      for (let at = 1; at < args.length; at++) {
        const member = textAt(args, at);
        const before = set.scoreOf(member);
        if (before === undefined) continue;
        undoOf(database, set, member, before);
        set.delete(member);
        removed += 1;
      }
      if (set.size === 0) database.drop(key);
      return removed;
    },
  },
  ZCARD: { least: 1, most: 1, run: (database, args) => database.find(textAt(args, 0), 'zset')?.set.size ?? 0 },
  ZCOUNT: {
    least: 3,
    most: 3,
    run(database, args) {
      const isInside = scoreRange(textAt(args, 1), textAt(args, 2));
      return entriesAt(database, args).filter(isInside).length;
    },
  },
  ZRANGE: {
    least: 3,
    most: Infinity,
    run(database, args) {
      if (args.length > 3) notSimulated('options of ZRANGE');
      const [first, last] = [integerAt(args, 1), integerAt(args, 2)];
      const entries = entriesAt(database, args);
      return membersOf(entries.slice(...placesOf(first, last, entries.length)));
    },
  },
  ZRANGEBYSCORE: {
    least: 3,
    most: Infinity,
    run(database, args) {
      const limit = limitOf('ZRANGEBYSCORE', args);
      const isInside = scoreRange(textAt(args, 1), textAt(args, 2));
      return membersOf(limit(entriesAt(database, args).filter(isInside)));
    },
  },
  ZRANGEBYLEX: {
    least: 3,
    most: Infinity,
    run(database, args) {
      const limit = limitOf('ZRANGEBYLEX', args);
      const isInside = memberRange(textAt(args, 1), textAt(args, 2));
      return membersOf(limit(entriesAt(database, args).filter(isInside)));
    },
  },
};

function undoOf(database: Database, set: SortedSet, member: string, before: number | undefined): void {
  database.onUndo(() => {
    if (before === undefined) set.delete(member);
    else set.set(member, before);
  });
}

function entriesAt(database: Database, args: readonly Uint8Array[]): readonly Scored[] {
  return database.find(textAt(args, 0), 'zset')?.set.entries() ?? [];
}

function membersOf(entries: readonly Scored[]): Reply {
  return entries.map(({ member }) => fromLatin1(member));
}

function scoreRange(least: string, most: string): (entry: Scored) => boolean {
  const [low, high] = [bound(least), bound(most)];
  return ({ score }) =>
    (low.isOpen ? score > low.score : score >= low.score) && (high.isOpen ? score < high.score : score <= high.score);
}

function bound(text: string): { readonly score: number; readonly isOpen: boolean } {
  const isOpen = text.startsWith('(');
  const score = parseScore(isOpen ? text.slice(1) : text);
  if (score === undefined) throw new RefusedCommandError('ERR min or max is not a float');
  return { score, isOpen };
}

/** Of a set whose members all have one score, as everywhere where Redis says what the command gives. */
function memberRange(least: string, most: string): (entry: Scored) => boolean {
  const isAbove = memberBound(least, (member, limit) => member > limit);
  const isBelow = memberBound(most, (member, limit) => member < limit);
  return ({ member }) => isAbove(member, '-') && isBelow(member, '+');
}

/** Whether a member is inside a bound; `always` is the sign of the bound at which all are. */
function memberBound(
  text: string,
  isBeyond: (member: string, limit: string) => boolean,
): (member: string, always: '-' | '+') => boolean {
  if (text === '-' || text === '+') return (_, always) => text === always;
  const limit = text.slice(1);
  if (text.startsWith('(')) return (member) => isBeyond(member, limit);
  if (text.startsWith('[')) return (member) => member === limit || isBeyond(member, limit);
  throw new RefusedCommandError('ERR min or max not valid string range item');
}

function limitOf(name: string, args: readonly Uint8Array[]): (entries: readonly Scored[]) => readonly Scored[] {
  if (args.length === 3) return (entries) => entries;
  if (args.length !== 6 || textAt(args, 3).toUpperCase() !== 'LIMIT') notSimulated(`options of ${name} but LIMIT`);
  const [offset, count] = [integerAt(args, 4), integerAt(args, 5)];
  // A negative offset passes over all, a negative count keeps all.
  if (offset < 0) return () => [];
  return (entries) => entries.slice(offset, count < 0 ? undefined : offset + count);
}
