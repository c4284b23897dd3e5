import type { Redis } from 'ioredis';
import { awaitPart } from '../process/await-part.ts';
import type { Part } from '../process/part-board.ts';
import { StartRefusal } from '../process/start-refusal.ts';
import { watchPart } from '../process/watch-part.ts';
import type { Finding } from '../process/watch-part.ts';
import { openRedis, unfitSettingsOf } from './client.ts';
import { redisTrouble } from './redis-trouble.ts';

/**
 * An answer that takes longer counts as none: with a question each second, silence is seen within 6 s. Less would take a
 * disk that is slow to flush for an outage.
 */
const ANSWER_WITHIN_MS = 5_000;

export interface AwaitRedisOptions {
  readonly url: string;
  readonly keyspace: string;
  readonly part: Part;
  readonly signal: AbortSignal;
}

/**
 * Asks whether the server takes writes, by one that changes nothing: a full, read-only or failing server still answers
 * PING. The key is never made.
 *
 * @throws what the server or the client says is wrong.
 */
export async function probeRedis(redis: Redis, keyspace: string): Promise<void> {
  const silence = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    silence.reject(new Error(`no answer within ${ANSWER_WITHIN_MS / 1_000} s`));
  }, ANSWER_WITHIN_MS);
  try {
    await Promise.race([redis.setrange(`${keyspace}probe`, 0, ''), silence.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Waits for a Redis that takes writes, then watches it until the signal aborts: from the first missed answer on the part
 * is missing, and the client connects anew by itself.
 *
 * @throws StartRefusal for a server whose settings would lose data.
 */
export async function awaitRedis({ url, keyspace, part, signal }: AwaitRedisOptions): Promise<Redis> {
  let isOpen = false;
  const onStateChange = (state: 'ready' | 'lost', detail: string): void => {
    // That it works again is for the next probe to say, as is what a server that merely closed connections has.
    if (isOpen && state === 'lost' && !signal.aborted) part.missing(redisTrouble(detail));
  };
  const redis = await awaitPart({
    part,
    async open() {
      const opened = await openRedis({ url, onStateChange });
      try {
        await probeRedis(opened, keyspace);
        const unfit = await unfitSettingsOf(opened);
        if (unfit.length > 0) throw new StartRefusal('Redis would lose data', unfit);
        return opened;
      } catch (error) {
        opened.disconnect();
        throw error;
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

async function findingOf(redis: Redis, keyspace: string): Promise<Finding> {
  try {
    await probeRedis(redis, keyspace);
    return { type: 'up', detail: `answered within ${ANSWER_WITHIN_MS / 1_000} s, and takes writes` };
  } catch (error) {
    return { type: 'missing', cause: redisTrouble(error) };
  }
}
