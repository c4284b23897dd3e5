import { isClosedState } from '../../core/work-orders/desk-state.ts';
import { toTmfState } from '../../core/work-orders/tmf-state.ts';
import type { WorkOrder } from '../../core/work-orders/work-order.ts';
import type { openRedis } from '../../platform/redis/client.ts';
import { loadScript } from '../../platform/redis/script.ts';
import type { OrderPage, OrderQuery, OrderStore, OutboxEntry } from '../order-store.ts';
import {
  formatStoredNotice,
  formatStoredOrder,
  parseStoredNotice,
  parseStoredOrder,
  StoredOrderError,
} from './order-json.ts';
import { createOrderKeys, episodeField } from '../../platform/redis/order-keys.ts';

const createScript = loadScript(new URL('scripts/create-order-8.lua', import.meta.url));
const updateScript = loadScript(new URL('scripts/update-order-6.lua', import.meta.url));
const parkScript = loadScript(new URL('scripts/park-outbox-entry-2.lua', import.meta.url));
const listScript = loadScript(new URL('scripts/list-orders-2.lua', import.meta.url));

type RedisClient = Awaited<ReturnType<typeof openRedis>>;

/** Orders read at once when both state and subscriber are asked for; a subscriber has a handful. */
const SUBSCRIBER_ORDERS_LIMIT = 1000;

/** The orders of the desk in Redis. Writes are one script each, so a re-sent one is refused or finds nothing to do. */
export function createRedisOrderStore(redis: RedisClient, keyspace: string): OrderStore {
  const orderKeys = createOrderKeys(keyspace);

  async function readIndex(index: string, first: number, last: number): Promise<OrderPage> {
    const answer = await listScript(redis, [index, orderKeys.bodies], [first, last]);
    const [total, ...bodies] = asArray(answer);
    return { total: Number(total), orders: bodies.map(asText).map(parseStoredOrder) };
  }

  function indexOf(query: OrderQuery): string {
    if (query.subscriberId !== undefined) return orderKeys.ofSubscriber(query.subscriberId);
    return query.tmfState === undefined ? orderKeys.all : orderKeys.ofState(query.tmfState);
  }

  async function readBodies(ids: string[]): Promise<readonly WorkOrder[]> {
    if (ids.length === 0) return [];
    const bodies = await redis.hmget(orderKeys.bodies, ...ids);
    return bodies.map(asText).map(parseStoredOrder);
  }

  return {
    async create(order, notice) {
      const keys = [
        orderKeys.bodies,
        orderKeys.versions,
        orderKeys.episodes,
        orderKeys.all,
        orderKeys.ofState(toTmfState(order)),
        orderKeys.ofSubscriber(order.subscriberId),
        orderKeys.open,
        orderKeys.outbox,
      ];
      const { id, version, createdAtMs, dueAtMs } = order;
      const episode = episodeField(order.subscriberId, order.episode);
      const args = [id, formatStoredOrder(order), version, episode, createdAtMs, dueAtMs, formatStoredNotice(notice)];
      return (await createScript(redis, keys, args)) === 1 ? 'created' : 'exists';
    },

    async update(before, notices) {
      const after = notices.at(-1)?.order;
      if (after === undefined) return 'updated';
      const keys = [
        orderKeys.bodies,
        orderKeys.versions,
        orderKeys.ofState(toTmfState(before)),
        orderKeys.ofState(toTmfState(after)),
        orderKeys.open,
        orderKeys.outbox,
      ];
      const openness = isClosedState(after.state) ? 'closed' : 'open';
      const args = [before.id, before.version, formatStoredOrder(after), after.version, after.createdAtMs, openness];
      const texts = notices.map(formatStoredNotice);
      return (await updateScript(redis, keys, [...args, ...texts])) === 1 ? 'updated' : 'conflict';
    },

    async get(workOrderId) {
      const body = await redis.hget(orderKeys.bodies, workOrderId);
      return body === null ? undefined : parseStoredOrder(body);
    },

    async list(query) {
      const { subscriberId, tmfState, offset, limit } = query;
      if (subscriberId !== undefined && tmfState !== undefined) {
        const page = await readIndex(orderKeys.ofSubscriber(subscriberId), 0, SUBSCRIBER_ORDERS_LIMIT - 1);
        const orders = page.orders.filter((order) => toTmfState(order) === tmfState);
        return { total: orders.length, orders: orders.slice(offset, offset + limit) };
      }
      const index = indexOf(query);
      // ZRANGE counts ranks below 0 from the end, so an empty page must not be asked for as "offset to offset - 1".
      if (limit === 0) return { total: await redis.zcard(index), orders: [] };
      return readIndex(index, offset, offset + limit - 1);
    },

    async openDueBefore(atMs, { offset, limit }) {
      return readBodies(await redis.zrangebyscore(orderKeys.open, '-inf', `(${atMs}`, 'LIMIT', offset, limit));
    },

    countOpenDueBefore: (atMs) => redis.zcount(orderKeys.open, '-inf', `(${atMs}`),

    async readOutbox(limit) {
      const entries = await redis.xrange(orderKeys.outbox, '-', '+', 'COUNT', limit);
      return entries.map(toOutboxEntry);
    },

    async trimOutbox(entryIds) {
      if (entryIds.length > 0) await redis.xdel(orderKeys.outbox, ...entryIds);
    },

    async parkOutboxEntry(entryId) {
      await parkScript(redis, [orderKeys.outbox, orderKeys.parked], [entryId]);
    },

    outboxLength: () => redis.xlen(orderKeys.outbox),
  };
}

function toOutboxEntry([entryId, fields]: [id: string, fields: string[]]): OutboxEntry {
  try {
    return { entryId, notice: parseStoredNotice(asText(fields[1])) };
  } catch (error) {
    // One that cannot be read must not keep the others from being published.
    return { entryId, unreadable: error instanceof StoredOrderError ? error.message : 'it is no JSON' };
  }
}

function asArray(reply: unknown): unknown[] {
  if (!Array.isArray(reply)) throw new StoredOrderError('Redis answered something else than a list');
  return reply;
}

function asText(reply: unknown): string {
  if (Buffer.isBuffer(reply)) return reply.toString();
  if (typeof reply !== 'string') throw new StoredOrderError('Redis answered something else than text');
  return reply;
}
