import { Cluster } from 'ioredis';
import { nameOf } from './open-cluster.ts';
import type { RedisClient } from './redis-client.ts';

/**
 * What is wrong with the settings for a store that must not lose anything; empty when nothing is. In a cluster each
 * master is asked, and each replica that answers: it may be the master tomorrow.
 */
export async function unfitSettingsOf(redis: RedisClient): Promise<readonly string[]> {
  if (!(redis instanceof Cluster)) return unfitSettingsOfServer(redis);
  const masters = redis.nodes('master').map((node) => unfitSettingsOfServer(node, ` at ${nameOf(node)}`));
  const replicas = redis
    .nodes('slave')
    .map((node) => unfitSettingsOfServer(node, ` at ${nameOf(node)}`).catch(() => []));
  return (await Promise.all([...masters, ...replicas])).flat();
}

async function unfitSettingsOfServer(server: Pick<RedisClient, 'info'>, where = ''): Promise<readonly string[]> {
  const info = `${await server.info('memory')}\n${await server.info('server')}`;
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  const version = /^redis_version:(\d+)/m.exec(info)?.[1];
  const unfit: string[] = [];
  if (policy !== 'noeviction') unfit.push(`maxmemory-policy is ${policy ?? 'unknown'}${where}, expected noeviction`);
  if (Number(version) < 7) unfit.push(`Redis is of version ${version ?? 'unknown'}${where}, expected 7 or newer`);
  return unfit;
}
