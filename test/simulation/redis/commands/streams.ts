import { toBytes } from '../bytes.ts';
import { RefusedCommandError } from '../reply.ts';
import type { Reply } from '../reply.ts';
import type { StoredStream, StreamEntry, StreamId } from '../stored-value.ts';
import { integerAt, notSimulated, textAt, wrongArgumentCount } from './command.ts';
import type { SimulatedCommands } from './command.ts';

const LARGEST = Number.MAX_SAFE_INTEGER;

/** `nowMs` gives the first part of the ids; where it stands still or goes back the second part counts on, as in Redis. */
export function createStreamCommands(nowMs: () => number): SimulatedCommands {
  return {
    XADD: {
      least: 4,
      most: Infinity,
      run(database, args) {
        if (textAt(args, 1) !== '*') notSimulated('XADD with anything else than *');
        if (args.length % 2 !== 0) wrongArgumentCount('XADD');
        const stream = database.open(textAt(args, 0), 'stream', emptyStream);
        const before = stream.lastId;
        const ms = nowMs();
        const id = ms > before.ms ? { ms, seq: 0 } : { ms: before.ms, seq: before.seq + 1 };
        stream.entries.push({ id, fields: args.slice(2) });
        stream.lastId = id;
        database.onUndo(() => {
          stream.entries.pop();
          stream.lastId = before;
        });
        return toBytes(formatId(id));
      },
    },
    XRANGE: {
      least: 3,
      most: Infinity,
      run(database, args) {
        const [first, last] = [parseEnd(textAt(args, 1), 0), parseEnd(textAt(args, 2), LARGEST)];
        const count = countOf(args);
        const stream = database.find(textAt(args, 0), 'stream');
        if (stream === undefined) return [];
        if (count === 0) return null;
        const found = stream.entries.filter(({ id }) => !isBefore(id, first) && !isBefore(last, id));
        return found.slice(0, count < 0 ? undefined : count).map(toReply);
      },
    },
    XDEL: {
      least: 2,
      most: Infinity,
      run(database, args) {
        const stream = database.find(textAt(args, 0), 'stream');
        if (stream === undefined) return 0;
        const ids = args.slice(1).map((_, index) => parseId(textAt(args, index + 1), 0));
        let removed = 0;
        for (const wanted of ids) {
          const place = stream.entries.findIndex(({ id }) => id.ms === wanted.ms && id.seq === wanted.seq);
          const [entry] = place < 0 ? [] : stream.entries.splice(place, 1);
          if (entry === undefined) continue;
          database.onUndo(() => stream.entries.splice(place, 0, entry));
          removed += 1;
        }
        return removed;
      },
    },
    XLEN: { least: 1, most: 1, run: (database, args) => database.find(textAt(args, 0), 'stream')?.entries.length ?? 0 },
  };
}

function emptyStream(): StoredStream {
  return { type: 'stream', entries: [], lastId: { ms: 0, seq: 0 } };
}

function toReply({ id, fields }: StreamEntry): Reply {
  return [toBytes(formatId(id)), fields];
}

function formatId({ ms, seq }: StreamId): string {
  return `${ms}-${seq}`;
}

function parseEnd(text: string, seq: number): StreamId {
  if (text === '-') return { ms: 0, seq: 0 };
  if (text === '+') return { ms: LARGEST, seq: LARGEST };
  if (text.startsWith('(')) notSimulated('open ends of XRANGE');
  return parseId(text, seq);
}

/** `seq` is for an id that is given by its first part. */
function parseId(text: string, seq: number): StreamId {
  const parts = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(text);
  if (parts === null) throw new RefusedCommandError('ERR Invalid stream ID specified as stream command argument');
  return { ms: Number(parts[1]), seq: parts[2] === undefined ? seq : Number(parts[2]) };
}

function countOf(args: readonly Uint8Array[]): number {
  if (args.length === 3) return -1;
  if (args.length !== 5 || textAt(args, 3).toUpperCase() !== 'COUNT') notSimulated('options of XRANGE but COUNT');
  return Math.max(integerAt(args, 4), 0);
}

function isBefore(a: StreamId, b: StreamId): boolean {
  return a.ms < b.ms || (a.ms === b.ms && a.seq < b.seq);
}
