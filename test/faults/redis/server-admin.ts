import { Redis } from 'ioredis';
import { createOrderKeys } from '../../../services/platform/redis/order-keys.ts';
import { partitionKeys } from '../../../services/platform/redis/partition-keys.ts';
import type { ScenarioContext } from '../scenario.ts';

/** A connection of the scenario's own, beside those of the services. Connects anew after a restart of the server. */
export function openAdmin(context: ScenarioContext, redisUrl: string): Redis {
  const admin = new Redis(redisUrl, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  admin.on('error', () => undefined);
  context.after(() => {
    admin.disconnect();
    return Promise.resolve();
  });
  return admin;
}

/** How often a server answered with an error since it was started, by the error's first word. */
export async function errorsAnswered(admin: Redis, word: string): Promise<number> {
  const found = new RegExp(`^errorstat_${word}:count=(\\d+)`, 'm').exec(await admin.info('errorstats'))?.[1];
  return Number(found ?? 0);
}

/** How far all of it has come. */
export interface Reached {
  /** Next offsets of the input log's partitions, added up. */
  readonly log: number;
  /** The same of the alerts that the desk has taken. */
  readonly alerts: number;
  readonly orders: number;
  /** Versions of all orders, added up. */
  readonly changes: number;
}

export async function reachedBy(admin: Redis, partitions: number, alertTopic: string): Promise<Reached> {
  const { positions, all, versions } = createOrderKeys('');
  let [log, alerts] = [0, 0];
  for (let partition = 0; partition < partitions; partition++) {
    log += Number(await admin.hget(partitionKeys('', partition).control, 'next'));
    alerts += Number(await admin.hget(positions, `${alertTopic}/${partition}`));
  }
  const changes = (await admin.hvals(versions)).reduce((sum, version) => sum + Number(version), 0);
  return { log, alerts, orders: await admin.zcard(all), changes };
}
