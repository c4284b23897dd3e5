import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { OneBufferCommand } from './one-buffer-command.ts';
import type { CommandValue } from './one-buffer-command.ts';
import type { RedisClient } from './redis-client.ts';

/**
 * A Lua script, sent by its hash and in full only where the server does not know it: in a cluster each node learns it by
 * itself. Bulk replies are buffers.
 */
export type Script = (
  redis: Pick<RedisClient, 'sendCommand'>,
  keys: readonly CommandValue[],
  args: readonly CommandValue[],
) => Promise<unknown>;

export function loadScript(file: URL): Script {
  const source = readFileSync(file, 'utf8');
  const sha = createHash('sha1').update(source).digest('hex');
  return async (redis, keys, args) => {
    try {
      return await redis.sendCommand(new OneBufferCommand('EVALSHA', [sha, keys.length, ...keys, ...args]));
    } catch (error) {
      // NOSCRIPT means that nothing ran: sending it again in full cannot apply it twice.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return await redis.sendCommand(new OneBufferCommand('EVAL', [source, keys.length, ...keys, ...args]));
    }
  };
}
