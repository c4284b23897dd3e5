import { latin1 } from '../bytes.ts';
import { OK } from '../reply.ts';
import { argumentAt, textAt, wrongArgumentCount } from './command.ts';
import type { SimulatedCommands } from './command.ts';

export const stringCommands: SimulatedCommands = {
  MGET: {
    least: 1,
    most: Infinity,
    run: (database, keys) =>
      keys.map((key) => {
        const value = database.peek(latin1(key));
        return value?.type === 'string' ? value.bytes : null;
      }),
  },
  MSET: {
    least: 2,
    most: Infinity,
    run(database, args) {
      if (args.length % 2 !== 0) wrongArgumentCount('MSET');
      for (let at = 0; at < args.length; at += 2) {
        database.put(textAt(args, at), { type: 'string', bytes: argumentAt(args, at + 1) });
      }
      return OK;
    },
  },
};
