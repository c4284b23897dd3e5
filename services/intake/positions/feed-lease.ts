import { randomUUID } from 'node:crypto';
import type { openRedis } from '../../platform/redis/client.ts';
import { loadScript } from '../../platform/redis/script.ts';

type Redis = Awaited<ReturnType<typeof openRedis>>;

const renewScript = loadScript(new URL('./scripts/renew-lease-1.lua', import.meta.url));
const releaseScript = loadScript(new URL('./scripts/release-lease-1.lua', import.meta.url));

/** An instance that vanishes is replaced after so long. */
export const LEASE_TTL_MS = 12_000;
const RENEW_EVERY_MS = 3_000;

/** The right to read a feed's files, for as long as `lost` has not been aborted. */
export interface HeldLease {
  readonly token: string;
  /** Aborted when another instance may read the feed. What is written with the token is refused from then on. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

export interface FeedLease {
  /** Undefined while another instance holds it. After a throw it may be held all the same: ask again. */
  tryAcquire(): Promise<HeldLease | undefined>;
}

/**
 * One reader per feed. It keeps two instances from doing the same work; correctness does not hang on it: records carry
 * deterministic ids, and positions are written with the token.
 */
export function createFeedLease(redis: Redis, key: string): FeedLease {
  // The same until it is held: a request whose answer got lost may have been carried out.
  let token = randomUUID();
  return {
    async tryAcquire() {
      const askedAt = performance.now();
      const answer = await redis.set(key, token, 'PX', LEASE_TTL_MS, 'NX');
      if (answer !== 'OK' && (await renewScript(redis, [key], [token, LEASE_TTL_MS])) !== 1) return undefined;
      const held = keepLease(redis, key, token, askedAt);
      token = randomUUID();
      return held;
    },
  };
}

function keepLease(redis: Redis, key: string, token: string, askedAt: number): HeldLease {
  const losing = new AbortController();
  let renewedAt = askedAt;
  const timer = setInterval(() => {
    const renewingAt = performance.now();
    renewScript(redis, [key], [token, LEASE_TTL_MS]).then(
      (answer) => {
        if (answer === 1) renewedAt = renewingAt;
        else losing.abort();
      },
      () => {
        // Out of reach: the lease stands until its time has run out, and so does the work.
        if (performance.now() - renewedAt > LEASE_TTL_MS) losing.abort();
      },
    );
  }, RENEW_EVERY_MS);
  losing.signal.addEventListener('abort', () => {
    clearInterval(timer);
  });
  return {
    token,
    lost: losing.signal,
    async release() {
      clearInterval(timer);
      await releaseScript(redis, [key], [token]);
    },
  };
}
