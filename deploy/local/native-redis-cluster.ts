import { Redis } from 'ioredis';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { startRedis } from './native-redis.ts';
import type { NativeRedis } from './native-redis.ts';

export const SLOTS = 16_384;
const READY_WITHIN_MS = 30_000;
const POLL_MS = 50;

export type ClusterNode = NativeRedis & {
  /** How the cluster calls it. */
  readonly nodeId: string;
  /** Where nodes talk to one another. */
  readonly busPort: number;
};

export type RedisClusterOptions = {
  /** Each node has a folder of its own in it. */
  dir: string;
  masters: number;
  /** Replicas of the first masters, one each. */
  replicas: number;
  /** A master that is silent for so long is taken over by its replica; 2 s unless told. */
  nodeTimeoutMs?: number;
  /** More lines of each node's configuration, by name. */
  settings?: Readonly<Record<string, string>>;
};

export type NativeRedisCluster = {
  readonly masters: readonly ClusterNode[];
  readonly replicas: readonly ClusterNode[];
  /** For CHURN_REDIS_URL. */
  readonly redisUrl: string;
  /** Kills all nodes. */
  kill(): Promise<void>;
};

/** Starts the nodes of a Redis Cluster on 127.0.0.1, gives the masters equal shares of the slots, and waits until all agree. */
export async function startRedisCluster(options: RedisClusterOptions): Promise<NativeRedisCluster> {
  const { masters, replicas } = options;
  const nodes: ClusterNode[] = [];
  const kill = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill()));
  };
  try {
    const started = await Promise.allSettled(
      Array.from({ length: masters + replicas }, (_, place) => startNode(options, place)),
    );
    for (const one of started) if (one.status === 'fulfilled') nodes.push(one.value);
    const failed = started.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    await formCluster(nodes, masters);
  } catch (error) {
    await kill();
    throw error;
  }
  return {
    masters: nodes.slice(0, masters),
    replicas: nodes.slice(masters),
    redisUrl: `redis+cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    kill,
  };
}

async function startNode(
  { dir, nodeTimeoutMs = 2_000, settings }: RedisClusterOptions,
  place: number,
): Promise<ClusterNode> {
  const port = await freePort();
  const busPort = await freePort();
  const server = await startRedis({
    dir: join(dir, `node-${place}`),
    port,
    settings: {
      'cluster-enabled': 'yes',
      'cluster-port': String(busPort),
      'cluster-node-timeout': String(nodeTimeoutMs),
      // A replica that has lost sight of its master for long takes over all the same: what it lacks is replayed.
      'cluster-replica-validity-factor': '0',
      ...settings,
    },
  });
  const nodeId = await withNode(server, (redis) => redis.cluster('MYID'));
  return Object.assign(server, { nodeId, busPort });
}

async function formCluster(nodes: readonly ClusterNode[], masters: number): Promise<void> {
  const [first] = nodes;
  if (first === undefined) return;
  const share = Math.ceil(SLOTS / masters);
  for (const [place, node] of nodes.entries()) {
    await withNode(node, async (redis) => {
      // Otherwise they would first have to settle who has the older claim.
      await redis.cluster('SET-CONFIG-EPOCH', place + 1);
      if (place >= masters) return;
      await redis.cluster('ADDSLOTSRANGE', place * share, Math.min((place + 1) * share, SLOTS) - 1);
    });
  }
  await withNode(first, async (redis) => {
    for (const node of nodes.slice(1)) await redis.call('CLUSTER', 'MEET', '127.0.0.1', node.port, node.busPort);
  });
  await untilAll(
    nodes,
    'knows the others',
    async (redis) => (await infoOf(redis)).get('cluster_known_nodes') === String(nodes.length),
  );
  for (const [place, replica] of nodes.slice(masters).entries()) {
    const master = nodes[place];
    if (master !== undefined) await withNode(replica, (redis) => redis.cluster('REPLICATE', master.nodeId));
  }
  await untilAll(nodes, 'is well', async (redis) => (await infoOf(redis)).get('cluster_state') === 'ok');
  await untilAll(nodes.slice(masters), 'follows its master', async (redis) =>
    (await redis.info('replication')).includes('master_link_status:up'),
  );
  await untilAll(nodes, 'tells clients of all nodes', async (redis) => {
    const told = (await redis.cluster('SLOTS')).flatMap(([, , ...serving]) => serving);
    return told.length >= nodes.length;
  });
}

/** What CLUSTER INFO says, by name. */
async function infoOf(redis: Redis): Promise<Map<string, string>> {
  const lines = (await redis.cluster('INFO')).split('\r\n');
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [name, value] = line.split(':');
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

async function untilAll(
  nodes: readonly ClusterNode[],
  what: string,
  check: (redis: Redis) => Promise<boolean>,
): Promise<void> {
  const deadlineMs = performance.now() + READY_WITHIN_MS;
  for (const node of nodes) {
    while (!(await withNode(node, check))) {
      if (performance.now() > deadlineMs)
        throw new Error(`not within ${READY_WITHIN_MS} ms: node ${node.port} ${what}`);
      await delay(POLL_MS);
    }
  }
}

/** Works with one node by itself. */
export async function withNode<T>(node: { readonly port: number }, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis({ port: node.port, lazyConnect: true, enableReadyCheck: false, retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
