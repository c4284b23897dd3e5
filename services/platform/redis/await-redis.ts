import { awaitPart } from '../process/await-part.ts';
import type { Part } from '../process/part-board.ts';
import { StartRefusal } from '../process/start-refusal.ts';
import { watchPart } from '../process/watch-part.ts';
import type { Finding } from '../process/watch-part.ts';
import { openRedis } from './client.ts';
import type { RedisSettings } from './client.ts';
import { ANSWER_WITHIN_MS, probeRedis } from './probe-redis.ts';
import type { RedisClient } from './redis-client.ts';
import { redisTrouble } from './redis-trouble.ts';
import { RedisModeError, requireUrlToFit } from './server-mode.ts';
import { unfitSettingsOf } from './unfit-settings.ts';

export interface AwaitRedisOptions {
  readonly settings: RedisSettings;
  readonly keyspace: string;
  readonly part: Part;
  readonly signal: AbortSignal;
}

/**
 * Waits for a Redis that takes writes, then watches it until the signal aborts: from the first missed answer on the part
 * is missing, and the client connects anew by itself.
 *
 * @throws StartRefusal for a server whose settings would lose data, or that the URL is not made for.
 */
export async function awaitRedis({ settings, keyspace, part, signal }: AwaitRedisOptions): Promise<RedisClient> {
  let isOpen = false;
  const onStateChange = (state: 'ready' | 'lost', cause?: unknown): void => {
    // That it works again is for the next probe to say, as is what a server that merely closed connections has.
    if (isOpen && state === 'lost' && !signal.aborted) part.missing(redisTrouble(cause));
  };
  const redis = await awaitPart({
    part,
    async open() {
      try {
        return await openFitting(settings, keyspace, onStateChange);
      } catch (error) {
        if (!(error instanceof RedisModeError)) throw error;
        throw new StartRefusal('Redis is of another kind', [`CHURN_REDIS_URL: ${error.message}`]);
      }
    },
    causeOf: redisTrouble,
    discard: (late) => {
      late.disconnect();
    },
    signal,
  });
  isOpen = true;
  void watchPart(part, () => findingOf(redis, keyspace), signal);
  return redis;
}

type OnStateChange = NonNullable<Parameters<typeof openRedis>[0]['onStateChange']>;

async function openFitting(
  settings: RedisSettings,
  keyspace: string,
  onStateChange: OnStateChange,
): Promise<RedisClient> {
  // A server that refuses the client's certificate says so only after the connection was made, and answers nothing.
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => undefined);
  const opened = await openRedis({
    ...settings,
    onStateChange(state, cause) {
      if (state === 'lost') lost.reject(cause);
      onStateChange(state, cause);
    },
  });
  try {
    await Promise.race([requireFit(opened, keyspace), lost.promise]);
    return opened;
  } catch (error) {
    opened.disconnect();
    throw error;
  }
}

async function requireFit(redis: RedisClient, keyspace: string): Promise<void> {
  await requireUrlToFit(redis);
  await probeRedis(redis, keyspace);
  const unfit = await unfitSettingsOf(redis);
  if (unfit.length > 0) throw new StartRefusal('Redis would lose data', unfit);
}

async function findingOf(redis: RedisClient, keyspace: string): Promise<Finding> {
  try {
    await probeRedis(redis, keyspace);
    return { type: 'up', detail: `answered within ${ANSWER_WITHIN_MS / 1_000} s, and takes writes` };
  } catch (error) {
    return { type: 'missing', cause: redisTrouble(error) };
  }
}
