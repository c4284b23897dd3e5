import type { Redis } from 'ioredis';
import { until } from '../../support/until.ts';
import type { RedisRun } from './redis-run.ts';
import { reachedBy } from './server-admin.ts';
import type { Reached } from './server-admin.ts';

/** Records that have to be committed between two faults, so that each of them meets work. */
const WORKED_RECORDS = 200;

/** Waits until scorers have gone on, and the desk has at least `orders` orders. @returns how far all had come before. */
export async function untilWorking(run: RedisRun, admin: Redis, orders = 1): Promise<Reached> {
  const { partitions, topics } = run.shop;
  const before = await reachedBy(admin, partitions, topics.alert);
  await until(
    'there is work done',
    async () => {
      const now = await reachedBy(admin, partitions, topics.alert);
      return now.log >= before.log + WORKED_RECORDS && now.orders >= orders;
    },
    {
      state: async () =>
        `${JSON.stringify(await reachedBy(admin, partitions, topics.alert))} after ${JSON.stringify(before)}, ` +
        JSON.stringify(await Promise.all(run.services.map((service) => service.readiness()))),
    },
  );
  return before;
}
