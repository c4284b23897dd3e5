import { latin1 } from '../bytes.ts';
import type { Database } from '../database.ts';
import type { StoredHash } from '../stored-value.ts';
import { argumentAt, textAt, wrongArgumentCount } from './command.ts';
import type { SimulatedCommands } from './command.ts';

export const hashCommands: SimulatedCommands = {
  HGET: {
    least: 2,
    most: 2,
    run: (database, args) => database.find(textAt(args, 0), 'hash')?.fields.get(textAt(args, 1)) ?? null,
  },
  HMGET: {
    least: 2,
    most: Infinity,
    run(database, args) {
      const hash = database.find(textAt(args, 0), 'hash');
      return args.slice(1).map((field) => hash?.fields.get(latin1(field)) ?? null);
    },
  },
  HEXISTS: {
    least: 2,
    most: 2,
    run: (database, args) => Number(database.find(textAt(args, 0), 'hash')?.fields.has(textAt(args, 1)) ?? false),
  },
  HSET: {
    least: 3,
    most: Infinity,
    run(database, args) {
      if (args.length % 2 !== 1) wrongArgumentCount('HSET');
      const hash = openHash(database, textAt(args, 0));
      let added = 0;
      for (let at = 1; at < args.length; at += 2) {
        added += Number(writeField(database, hash, textAt(args, at), argumentAt(args, at + 1)));
      }
      return added;
    },
  },
  HSETNX: {
    least: 3,
    most: 3,
    run(database, args) {
      const hash = database.find(textAt(args, 0), 'hash');
      const field = textAt(args, 1);
      if (hash?.fields.has(field) === true) return 0;
      return Number(writeField(database, openHash(database, textAt(args, 0)), field, argumentAt(args, 2)));
    },
  },
};

function openHash(database: Database, key: string): StoredHash {
  return database.open(key, 'hash', () => ({ type: 'hash', fields: new Map() }));
}

/** Whether the field is new. */
function writeField(database: Database, { fields }: StoredHash, field: string, value: Uint8Array): boolean {
  const before = fields.get(field);
  database.onUndo(() => {
    if (before === undefined) fields.delete(field);
    else fields.set(field, before);
  });
  fields.set(field, value);
  return before === undefined;
}
