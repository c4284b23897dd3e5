import { isDeepStrictEqual } from 'node:util';
import { tmfStates } from '../core/work-orders/tmf-state.ts';
import type { RedisClient } from '../platform/redis/redis-client.ts';
import { loadScript } from '../platform/redis/script.ts';
import { copyHeld, lockKeys, writeHeld } from './held-lock.ts';
import type { HeldKeyspace } from './held-lock.ts';
import type { NameChange } from './name-change.ts';
import { episodeField, createOrderKeys } from '../platform/redis/order-keys.ts';
import { rekeyOrder } from './rekey-order.ts';

const writeScript = loadScript(new URL('./scripts/write-orders-n.lua', import.meta.url));
const AT_ONCE = 200;

/** An order that cannot be read. */
export class UnreadableOrderError extends Error {
  override readonly name = 'UnreadableOrderError';
}

interface MoveOrdersDeps extends HeldKeyspace {
  readonly from: string;
  readonly names: NameChange;
  readonly onMoved: (count: number) => void;
}

/**
 * Writes every order under its customer's new name. Ids stay, and with them versions, times, states and notices; so do
 * the positions in the topics that the desk reads.
 *
 * @throws UnreadableOrderError, TakenOverError
 */
export async function moveOrders(deps: MoveOrdersDeps): Promise<void> {
  const { redis, from, to, names, onMoved } = deps;
  const lock = lockKeys(to).ofOrders;
  const [old, now] = [createOrderKeys(from), createOrderKeys(to)];
  for (let first = 0; ; first += AT_ONCE) {
    const page = await redis.zrange(old.all, first, first + AT_ONCE - 1, 'WITHSCORES');
    if (page.length === 0) break;
    const ids = page.filter((_, place) => place % 2 === 0);
    const createdAtMs = page.filter((_, place) => place % 2 === 1);
    const bodies = await redis.hmget(old.bodies, ...ids);
    const orders = bodies.map((body, place) => read(ids[place] ?? '', body, names));
    await writeHeld(
      writeScript,
      deps,
      [lock, now.bodies, now.episodes, ...orders.map(({ subscriberId }) => now.ofSubscriber(subscriberId))],
      orders.flatMap(({ text, subscriberId, episode }, place) => [
        ids[place] ?? '',
        text,
        episodeField(subscriberId, episode),
        createdAtMs[place] ?? '0',
      ]),
    );
    onMoved(ids.length);
  }
  const whole = ['versions', 'all', 'open', 'parked', 'positions'] as const;
  await Promise.all([
    ...whole.map((name) => copyHeld(deps, lock, old[name], now[name])),
    ...tmfStates.map((state) => copyHeld(deps, lock, old.ofState(state), now.ofState(state))),
  ]);
}

/** Whether the desk did nothing since its orders were moved. */
export async function isDeskUnchanged(redis: RedisClient, from: string, to: string): Promise<boolean> {
  const [old, now] = [createOrderKeys(from), createOrderKeys(to)];
  for (const name of ['versions', 'positions'] as const) {
    if (!isDeepStrictEqual(await redis.hgetall(old[name]), await redis.hgetall(now[name]))) return false;
  }
  return (await redis.xlen(old.outbox)) === 0;
}

function read(id: string, body: string | null, names: NameChange): ReturnType<typeof rekeyOrder> {
  try {
    return rekeyOrder(body ?? '', names.newIdOf);
  } catch (error) {
    throw new UnreadableOrderError(`order ${id} cannot be read`, { cause: error });
  }
}
