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

/** Next offset of each partition, and of the desk's alerts, added up: how far all of it has come. */
export interface Reached {
  readonly log: number;
  readonly alerts: number;
  readonly orders: number;
}

export async function reachedBy(admin: Redis, partitions: number, alertTopic: string): Promise<Reached> {
  const { positions, all } = createOrderKeys('');
  let [log, alerts] = [0, 0];
  for (let partition = 0; partition < partitions; partition++) {
    log += Number(await admin.hget(partitionKeys('', partition).control, 'next'));
    alerts += Number(await admin.hget(positions, `${alertTopic}/${partition}`));
  }
  return { log, alerts, orders: await admin.zcard(all) };
}
