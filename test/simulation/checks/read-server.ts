import { latin1 } from '../redis/bytes.ts';
import type { BytesLike } from '../redis/bytes.ts';
import { isList } from '../redis/reply.ts';
import type { Reply } from '../redis/reply.ts';
import type { SimulatedServer } from '../redis/simulated-server.ts';

/** Texts (as latin1) that a command answers with. */
export function readTexts(server: SimulatedServer, command: readonly BytesLike[]): (string | undefined)[] {
  const reply = server.execute(command);
  if (!isList(reply)) throw new TypeError(`${String(command[0])} answered no list`);
  return reply.map(toText);
}

export function toText(reply: Reply | undefined): string | undefined {
  return reply instanceof Uint8Array ? latin1(reply) : undefined;
}
