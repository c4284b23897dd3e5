import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { isIP } from 'node:net';
import { openCluster } from './open-cluster.ts';
import { parseRedisUrl } from './redis-address.ts';
import type { RedisAddress } from './redis-address.ts';
import type { RedisClient } from './redis-client.ts';

/** PEM texts. */
export interface RedisTls {
  /** Authorities that the server's certificate must come from; those that Node knows unless told. */
  readonly ca?: string | undefined;
  /** The client's certificate and key, where the server asks for them. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export interface RedisSettings {
  /**
   * redis://[user:password@]host:port[/db] for one server, redis+cluster://[user:password@]host:port,host:port… for a
   * cluster; rediss instead of redis for TLS.
   */
  readonly url: string;
  /** For rediss URLs. */
  readonly tls?: RedisTls | undefined;
}

export interface RedisListener {
  /** Told when a connection is there, and of each error on one or on the way to one. */
  readonly onStateChange?: (state: 'ready' | 'lost', cause?: unknown) => void;
}

/** How each connection behaves, to one server or to the nodes of a cluster. */
const CONNECTION = {
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
  reconnectOnError: (error: Error) => (error.message.startsWith('READONLY') ? 1 : false),
} as const satisfies RedisOptions;

/**
 * A connected client that never hides an outage: commands fail at once while there is no connection, none is sent
 * twice by the client after it may have been applied, and each settles within the time-out. A timed-out command may
 * have been applied.
 *
 * Connected does not mean that the server can work: it may be loading its data, refuse writes, or never answer. See
 * `probeRedis`.
 *
 * @throws where the first connection fails; nothing is left trying then. RedisModeError where the URL is that of a
 *   cluster and the server is none.
 */
export async function openRedis(settings: RedisSettings & RedisListener): Promise<RedisClient> {
  const { url, tls, onStateChange } = settings;
  const address = parseRedisUrl(url);
  if (address.type === 'single') return await openSingle(address, tls, onStateChange);
  const { nodes, username, password, isTls } = address;
  const connection = {
    ...CONNECTION,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(isTls ? { tls: tlsOptions(tls) } : {}),
  };
  return await openCluster({ nodes, connection, onStateChange });
}

async function openSingle(
  { url, host, isTls }: Extract<RedisAddress, { type: 'single' }>,
  tls: RedisTls | undefined,
  onStateChange: RedisListener['onStateChange'],
): Promise<RedisClient> {
  // What a URL says wins over options, and of TLS it says only that there is some.
  const redis = new Redis(url.replace(/^rediss:/, 'redis:'), {
    ...CONNECTION,
    ...(isTls ? { tls: { ...tlsOptions(tls), ...(isIP(host) === 0 ? { servername: host } : {}) } } : {}),
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  });
  let lastError: Error | undefined;
  redis.on('error', (error: Error) => {
    lastError = error;
    onStateChange?.('lost', error);
  });
  redis.on('ready', () => onStateChange?.('ready'));
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    // The rejection says only that the connection is closed; the event before it says why.
    throw lastError ?? error;
  }
  return redis;
}

function tlsOptions({ ca, cert, key }: RedisTls = {}): NonNullable<RedisOptions['tls']> {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}
