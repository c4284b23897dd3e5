import { OK } from '../reply.ts';
import { argumentAt, integerAt, placesOf, textAt } from './command.ts';
import type { SimulatedCommands } from './command.ts';

export const listCommands: SimulatedCommands = {
  RPUSH: {
    least: 2,
    most: Infinity,
    run(database, args) {
      const list = database.open(textAt(args, 0), 'list', () => ({ type: 'list', items: [] }));
      const { items } = list;
      const before = items.length;
      database.onUndo(() => {
        items.length = before;
      });
      for (let at = 1; at < args.length; at++) items.push(argumentAt(args, at));
      return items.length;
    },
  },
  LRANGE: {
    least: 3,
    most: 3,
    run(database, args) {
      const [first, last] = [integerAt(args, 1), integerAt(args, 2)];
      const items = database.find(textAt(args, 0), 'list')?.items ?? [];
      return items.slice(...placesOf(first, last, items.length));
    },
  },
  LINDEX: {
    least: 2,
    most: 2,
    run(database, args) {
      const list = database.find(textAt(args, 0), 'list');
      return list === undefined ? null : (list.items.at(integerAt(args, 1)) ?? null);
    },
  },
  LTRIM: {
    least: 3,
    most: 3,
    run(database, args) {
      const [key, first, last] = [textAt(args, 0), integerAt(args, 1), integerAt(args, 2)];
      const list = database.find(key, 'list');
      if (list === undefined) return OK;
      const before = list.items;
      const kept = before.slice(...placesOf(first, last, before.length));
      if (kept.length === before.length) return OK;
      database.onUndo(() => {
        list.items = before;
      });
      list.items = kept;
      if (kept.length === 0) database.drop(key);
      return OK;
    },
  },
};
