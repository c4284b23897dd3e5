import type { Redis } from 'ioredis';
import type { NativeRedis } from '../../../deploy/local/native-redis.ts';
import { until } from '../../support/until.ts';
import type { Refusal } from './refusals.ts';

/** What nobody reads, so that loading takes 3 s and more at the delay of each key in `REFUSAL_SETTINGS`. */
const FILLERS = 400;
const FILLER = 'x'.repeat(200);
const fillers = Array.from({ length: FILLERS }, (_, place) => `filler:${place}`);

/** Stopped, which loses nothing, and slow to load what it had. */
export function loadingSlowly(redis: NativeRedis, admin: Redis): Refusal {
  let loaded: Promise<unknown> = Promise.resolve();
  return {
    name: 'loading',
    word: 'LOADING',
    cause: /LOADING/,
    async begin() {
      await admin.mset(fillers.flatMap((key) => [key, FILLER]));
      // Only what is loaded from a snapshot is delayed.
      await admin.bgrewriteaof();
      await until('the file is rewritten', async () => {
        const info = await admin.info('persistence');
        return /^aof_rewrite_in_progress:0/m.test(info) && /^aof_rewrite_scheduled:0/m.test(info);
      });
      await redis.stop();
      loaded = redis.restart();
      // Whoever waits for the end is told.
      loaded.catch(() => undefined);
    },
    async end() {
      await loaded;
      await admin.del(fillers);
    },
  };
}
