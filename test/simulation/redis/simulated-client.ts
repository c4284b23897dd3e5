import { Redis } from 'ioredis';
import type { Command } from 'ioredis';
import { latin1, toBytes } from './bytes.ts';
import { isList, isError } from './reply.ts';
import type { Reply } from './reply.ts';
import { scriptNameOf } from './script-names.ts';
import type { SimulatedServer } from './simulated-server.ts';

/**
 * Carries a command to the server and its reply back: may call `command` at once, later, more than once or never, and
 * settle with its result or reject as a lost connection does. `what` is for people, such as "commit-batch-n {p0}:control".
 */
export type Deliver = <T>(what: string, command: () => T) => Promise<T>;

/**
 * The client that the service's adapters use, over a simulated server: arguments and replies are converted by the real
 * one, and nothing of it ever connects or sets a timer.
 */
export function openSimulatedRedis(server: Pick<SimulatedServer, 'execute'>, deliver: Deliver): Redis {
  return new SimulatedRedis(server, deliver);
}

class SimulatedRedis extends Redis {
  readonly #server: Pick<SimulatedServer, 'execute'>;
  readonly #deliver: Deliver;

  constructor(server: Pick<SimulatedServer, 'execute'>, deliver: Deliver) {
    super({ lazyConnect: true });
    this.#server = server;
    this.#deliver = deliver;
  }

  override sendCommand(command: Command): unknown {
    // Copied now: what the caller does to its buffers afterwards does not reach a server.
    const request = [toBytes(command.name), ...command.args.map(copyOf)];
    this.#deliver(describe(request), () => this.#server.execute(request)).then(
      (reply) => {
        if (isError(reply)) command.reject(new Error(reply.error));
        else command.resolve(toClient(reply));
      },
      (error: unknown) => {
        command.reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
    return command.promise;
  }
}

function copyOf(argument: unknown): Uint8Array {
  if (Buffer.isBuffer(argument)) return new Uint8Array(argument);
  if (typeof argument === 'string' || typeof argument === 'number') return toBytes(argument);
  throw new TypeError('an argument of a command is neither text, a number nor a buffer');
}

/** As the client gets replies from its parser: bytes are buffers of its own. */
function toClient(reply: Reply): unknown {
  if (reply === null || typeof reply === 'number') return reply;
  if (reply instanceof Uint8Array) return Buffer.from(reply);
  if (isList(reply)) return reply.map(toClient);
  return 'error' in reply ? new Error(reply.error) : Buffer.from(reply.status);
}

function describe([name = toBytes(''), first = toBytes(''), , firstKey = toBytes('')]: readonly Uint8Array[]): string {
  const command = latin1(name).toLowerCase();
  if (command !== 'evalsha' && command !== 'eval') return `${command} ${latin1(first)}`;
  return `${scriptNameOf(latin1(first)) ?? 'unknown script'} ${latin1(firstKey)}`;
}
