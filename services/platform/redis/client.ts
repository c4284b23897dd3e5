import { Redis } from 'ioredis';

export interface RedisSettings {
  /** redis://[user:password@]host:port[/db] */
  readonly url: string;
  /** Told when a connection is there, and of each error on one or on the way to one. */
  readonly onStateChange?: (state: 'ready' | 'lost', detail: string) => void;
}

/**
 * A connected client that never hides an outage: commands fail at once while there is no connection, none is sent
 * twice by the client, and each settles within the time-out. A timed-out command may have been applied.
 *
 * Connected does not mean that the server can work: it may be loading its data, refuse writes, or never answer. See
 * `probeRedis`.
 *
 * @throws where the first connection fails; nothing is left trying then.
 */
export async function openRedis(settings: RedisSettings): Promise<Redis> {
  const redis = new Redis(settings.url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    // Both would wait for answers before the first command: a server that loads, refuses or hangs must be heard of.
    enableReadyCheck: false,
    disableClientInfo: true,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 5_000,
    commandTimeout: 5_000,
    socketTimeout: 10_000,
    keepAlive: 10_000,
    // After a failover the old master answers READONLY: connect anew, and let the caller decide about the command.
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 1 : false),
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  });
  let lastError = '';
  redis.on('error', (error: Error) => {
    lastError = error.message;
    settings.onStateChange?.('lost', error.message);
  });
  redis.on('ready', () => settings.onStateChange?.('ready', ''));
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    // The rejection says only that the connection is closed; the event before it says why.
    throw lastError === '' ? error : new Error(lastError, { cause: error });
  }
  return redis;
}

/** What is wrong with the server for a store that must not lose anything; empty when nothing is. */
export async function unfitSettingsOf(redis: Redis): Promise<readonly string[]> {
  const info = `${await redis.info('memory')}\n${await redis.info('server')}`;
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  const version = /^redis_version:(\d+)/m.exec(info)?.[1];
  const unfit: string[] = [];
  if (policy !== 'noeviction') unfit.push(`maxmemory-policy is ${policy ?? 'unknown'}, expected noeviction`);
  if (Number(version) < 7) unfit.push(`Redis is of version ${version ?? 'unknown'}, expected 7 or newer`);
  return unfit;
}
