import { Cluster, Redis } from 'ioredis';
import type { ClusterOptions, RedisOptions } from 'ioredis';
import type { RedisNode } from './redis-address.ts';
import { RedisNodeError } from './redis-node-error.ts';
import { RedisModeError, serverModeOf } from './server-mode.ts';

export interface OpenClusterOptions {
  readonly nodes: readonly RedisNode[];
  /** How each connection behaves. */
  readonly connection: NonNullable<ClusterOptions['redisOptions']>;
  readonly onStateChange: ((state: 'ready' | 'lost', cause?: unknown) => void) | undefined;
}

/**
 * A client of a cluster that is connected to each master. As one of a single server it sends nothing twice after it may
 * have been applied; what a node did not take because the slot lives elsewhere or is moving (MOVED, ASK, TRYAGAIN) it
 * sends there, or again.
 *
 * @throws what is wrong with the last of the nodes that were given, where none of them answers. RedisModeError where
 *   one answers and belongs to no cluster.
 */
export async function openCluster(options: OpenClusterOptions): Promise<Cluster> {
  const { nodes, connection, onStateChange } = options;
  await requireCluster(nodes, connection);
  const cluster = new Cluster([...nodes], {
    lazyConnect: true,
    enableOfflineQueue: false,
    // See the connections: whether the cluster can work is for the probe to say.
    enableReadyCheck: false,
    // "Connection is closed" is also said of commands that had been sent.
    retryDelayOnFailover: 0,
    // A failover takes seconds: the caller shall know, and try again from what the new master holds.
    retryDelayOnClusterDown: 0,
    retryDelayOnTryAgain: 200,
    maxRedirections: 16,
    slotsRefreshInterval: 5_000,
    slotsRefreshTimeout: 2_000,
    clusterRetryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
    // Names stay names: a certificate is made out to a name.
    dnsLookup: (address, callback) => {
      callback(null, address);
    },
    redisOptions: connection,
  });
  let lastError: RedisNodeError | undefined;
  cluster.on('+node', (node: Redis) => {
    handleAsking(node);
    // Connections to replicas are not made.
    node.on('error', (error: Error) => {
      lastError = new RedisNodeError(nameOf(node), error);
      onStateChange?.('lost', lastError);
    });
  });
  cluster.on('error', (error: Error) => onStateChange?.('lost', lastError ?? error));
  cluster.on('ready', () => onStateChange?.('ready'));
  try {
    await cluster.connect();
    // A command to a node that is just being connected would be refused.
    await Promise.all(cluster.nodes('master').map((node) => node.connect()));
  } catch (error) {
    cluster.disconnect();
    throw lastError ?? error;
  }
  return cluster;
}

/** host:port, as the cluster's map of slots names a node. */
export function nameOf({ options }: Redis): string {
  return `${options.host ?? ''}:${options.port ?? ''}`;
}

/** The cluster client hides why nodes cannot be reached: the first question goes to each by itself. */
async function requireCluster(nodes: readonly RedisNode[], connection: RedisOptions): Promise<void> {
  let reason: unknown = new Error('no node of the cluster is given');
  for (const node of nodes) {
    try {
      if ((await modeOf(node, connection)) === 'cluster') return;
    } catch (error) {
      reason = new RedisNodeError(`${node.host}:${node.port}`, error);
      continue;
    }
    throw new RedisModeError('the server belongs to no Redis Cluster: expected redis://host:port, without +cluster');
  }
  throw reason;
}

async function modeOf(node: RedisNode, connection: RedisOptions): Promise<string> {
  const redis = new Redis({
    ...connection,
    ...node,
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: null,
  });
  let lastError = '';
  redis.on('error', (error: Error) => {
    lastError = error.message;
  });
  try {
    await redis.connect();
    return await serverModeOf(redis);
  } catch (error) {
    throw lastError === '' ? error : new Error(lastError, { cause: error });
  } finally {
    redis.disconnect();
  }
}

/** The client sends ASKING and leaves its promise to itself: where the node goes away, that would end the process. */
function handleAsking(node: Redis): void {
  const asking = node.asking.bind(node);
  node.asking = () => {
    const asked = asking();
    asked.catch(() => undefined);
    return asked;
  };
}
