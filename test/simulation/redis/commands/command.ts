import { latin1 } from '../bytes.ts';
import type { Database } from '../database.ts';
import { BeyondSimulationError, RefusedCommandError } from '../reply.ts';
import type { Reply } from '../reply.ts';

/** A command of the simulated server. */
export interface SimulatedCommand {
  /** Arguments after the name that it takes at least, and at most. */
  readonly least: number;
  readonly most: number;
  /** @throws RefusedCommandError where Redis answers an error; arguments are parsed before anything is changed. */
  run(database: Database, args: readonly Uint8Array[]): Reply;
}

export type SimulatedCommands = Readonly<Record<string, SimulatedCommand>>;

/** @throws RefusedCommandError as Redis does for a number of arguments that no form of the command has. */
export function wrongArgumentCount(name: string): never {
  throw new RefusedCommandError(`ERR wrong number of arguments for '${name.toLowerCase()}' command`);
}

/** @throws BeyondSimulationError for what real Redis would understand. */
export function notSimulated(what: string): never {
  throw new BeyondSimulationError(`the simulated Redis does not know ${what}`);
}

/** An argument that is there because the command's count of arguments was checked. */
export function argumentAt(args: readonly Uint8Array[], index: number): Uint8Array {
  const found = args[index];
  if (found === undefined) throw new RangeError(`a command has no argument ${index}`);
  return found;
}

export function textAt(args: readonly Uint8Array[], index: number): string {
  return latin1(argumentAt(args, index));
}

/** @throws RefusedCommandError for what is no whole number. */
export function integerAt(args: readonly Uint8Array[], index: number): number {
  const text = textAt(args, index);
  if (!/^(0|-?[1-9]\d{0,15})$/.test(text)) {
    throw new RefusedCommandError('ERR value is not an integer or out of range');
  }
  return Number(text);
}

const FLOAT = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const INFINITE = /^([+-]?)inf(inity)?$/i;

/** A number as Redis reads scores; undefined for what is none. */
export function parseScore(text: string): number | undefined {
  const infinite = INFINITE.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  return FLOAT.test(text) ? Number(text) : undefined;
}

/** A range of places, ends included and counted from the end where negative, as half-open indexes. */
export function placesOf(first: number, last: number, length: number): readonly [from: number, to: number] {
  const from = Math.max(first < 0 ? length + first : first, 0);
  const to = Math.min((last < 0 ? length + last : last) + 1, length);
  return from >= to ? [0, 0] : [from, to];
}
