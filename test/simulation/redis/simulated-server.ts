import { createHash } from 'node:crypto';
import { latin1, toBytes } from './bytes.ts';
import type { BytesLike } from './bytes.ts';
import { notSimulated, wrongArgumentCount } from './commands/command.ts';
import type { SimulatedCommands } from './commands/command.ts';
import { hashCommands } from './commands/hashes.ts';
import { listCommands } from './commands/lists.ts';
import { sortedSetCommands } from './commands/sorted-sets.ts';
import { createStreamCommands } from './commands/streams.ts';
import { stringCommands } from './commands/strings.ts';
import { createDatabase } from './database.ts';
import { RefusedCommandError } from './reply.ts';
import type { Reply } from './reply.ts';
import { createScriptEngine } from './script-engine.ts';
import { createWriteJournal } from './write-journal.ts';

export interface SimulatedServerOptions {
  /** For the ids of streams. By default each id begins with another number, also after a loss, as time goes on there. */
  readonly nowMs?: () => number;
  /** Writes that can be undone. */
  readonly journalLimit?: number;
}

/**
 * A Redis in memory: the commands that the service's adapters and scripts use, with Redis' replies and errors, and the
 * real scripts run by a Lua machine. Everything happens at once, in the order of the calls.
 */
export interface SimulatedServer {
  /**
   * Runs a command: its name, then its arguments. Byte arrays are kept, not copied: neither arguments nor replies may be
   * changed afterwards.
   *
   * @throws BeyondSimulationError for a command or option that is not simulated.
   */
  execute(command: readonly BytesLike[]): Reply;
  /** Commands that changed something since the beginning, less those that were lost; a script is one. */
  writes(): number;
  /** How many of them can still be lost. */
  losable(): number;
  /**
   * Undoes the last writes and forgets the scripts, as a crash does that loses the tail of the log, or a failover to a
   * replica that is behind. With 0 it is a restart.
   *
   * @throws RangeError for more than `losable`.
   */
  loseLast(count: number): void;
  /** From now on runs `mutated` wherever `original` is asked for, by its hash or in full. @throws if it does not compile. */
  replaceScript(original: string, mutated: string): void;
  /** All keys with their values, as text: equal where the data are. */
  dump(): Readonly<Record<string, string>>;
}

/** Compiling costs more than running: all servers of a process share the machine. It keeps nothing between scripts. */
const engine = createScriptEngine();

export function createSimulatedServer(options: SimulatedServerOptions = {}): SimulatedServer {
  let [ticks, lives] = [0, 1];
  const { nowMs = () => ++ticks, journalLimit = 256 } = options;
  const commands: SimulatedCommands = {
    ...stringCommands,
    ...hashCommands,
    ...listCommands,
    ...sortedSetCommands,
    ...createStreamCommands(nowMs),
    INFO: { least: 1, most: 1, run: () => toBytes(`# Server\r\nrun_id:${lives}\r\n`) },
  };
  const database = createDatabase();
  const journal = createWriteJournal(journalLimit);
  const replacements = new Map<string, string>();
  let scripts = new Map<string, string>();

  function runCommand(command: readonly Uint8Array[]): Reply {
    const name = nameOf(command);
    const found = commands[name] ?? notSimulated(`the command ${name}`);
    const args = command.slice(1);
    try {
      if (args.length < found.least || args.length > found.most) wrongArgumentCount(name);
      return found.run(database, args);
    } catch (error) {
      if (error instanceof RefusedCommandError) return { error: error.message };
      throw error;
    }
  }

  function runScript(source: string, command: readonly Uint8Array[]): Reply {
    const count = Number(latin1(command[2] ?? new Uint8Array()));
    if (!Number.isInteger(count) || count < 0) return { error: 'ERR value is not an integer or out of range' };
    const keysEnd = 3 + count;
    if (keysEnd > command.length) return { error: "ERR Number of keys can't be greater than number of args" };
    return engine.run(source, command.slice(3, keysEnd), command.slice(keysEnd), runCommand);
  }

  function run(command: readonly Uint8Array[]): Reply {
    const name = nameOf(command);
    if (name !== 'EVALSHA' && name !== 'EVAL') return runCommand(command);
    const given = latin1(command[1] ?? new Uint8Array());
    if (name === 'EVALSHA') {
      const known = scripts.get(given.toLowerCase());
      return known === undefined
        ? { error: 'NOSCRIPT No matching script. Please use EVAL.' }
        : runScript(known, command);
    }
    const sent = Buffer.from(given, 'latin1').toString();
    const source = replacements.get(sent) ?? sent;
    const error = engine.check(source);
    if (error !== undefined) return error;
    scripts.set(shaOf(sent), source);
    return runScript(source, command);
  }

  return {
    execute(command) {
      try {
        return run(command.map(toBytes));
      } finally {
        journal.keep(database.takeUndo());
      }
    },
    writes: () => journal.writes(),
    losable: () => journal.losable(),
    loseLast(count) {
      journal.undoLast(count);
      database.takeUndo();
      scripts = new Map();
      lives++;
    },
    replaceScript(original, mutated) {
      const error = engine.check(mutated);
      if (error !== undefined) throw new Error(`the changed script does not compile: ${error.error}`);
      replacements.set(original, mutated);
      if (scripts.has(shaOf(original))) scripts.set(shaOf(original), mutated);
    },
    dump: () => database.dump(),
  };
}

function nameOf(command: readonly Uint8Array[]): string {
  return latin1(command[0] ?? new Uint8Array()).toUpperCase();
}

function shaOf(source: string): string {
  return createHash('sha1').update(source).digest('hex');
}
