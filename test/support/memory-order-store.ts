import { isClosedState } from '../../services/core/work-orders/desk-state.ts';
import type { OrderNotice } from '../../services/core/work-orders/order-notice.ts';
import { toTmfState } from '../../services/core/work-orders/tmf-state.ts';
import type { WorkOrder } from '../../services/core/work-orders/work-order.ts';
import type { OrderStore, OutboxEntry } from '../../services/retention/order-store.ts';

/** The order store in memory, held to the same contract as the one in Redis. */
export function createMemoryOrderStore(): OrderStore {
  const orders = new Map<string, WorkOrder>();
  const episodes = new Set<string>();
  let outbox: OutboxEntry[] = [];
  const parked: OutboxEntry[] = [];
  let written = 0;

  function append(notices: readonly OrderNotice[]): void {
    outbox.push(...notices.map((notice) => ({ entryId: String(++written), notice })));
  }

  function oldestFirst(): WorkOrder[] {
    return [...orders.values()].sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1));
  }

  function dueBefore(atMs: number): WorkOrder[] {
    const due = oldestFirst().filter((order) => !isClosedState(order.state) && order.dueAtMs < atMs);
    return due.sort((a, b) => a.dueAtMs - b.dueAtMs || (a.id < b.id ? -1 : 1));
  }

  return {
    create(order, notice) {
      const episode = `${order.subscriberId}#${order.episode}`;
      if (orders.has(order.id) || episodes.has(episode)) return Promise.resolve('exists');
      orders.set(order.id, order);
      episodes.add(episode);
      append([notice]);
      return Promise.resolve('created');
    },
    update(before, notices) {
      const after = notices.at(-1)?.order;
      if (after === undefined) return Promise.resolve('updated');
      if (orders.get(before.id)?.version !== before.version) return Promise.resolve('conflict');
      orders.set(before.id, after);
      append(notices);
      return Promise.resolve('updated');
    },
    get: (workOrderId) => Promise.resolve(orders.get(workOrderId)),
    list({ subscriberId, tmfState, offset, limit }) {
      const found = oldestFirst().filter(
        (order) =>
          (subscriberId === undefined || order.subscriberId === subscriberId) &&
          (tmfState === undefined || toTmfState(order) === tmfState),
      );
      return Promise.resolve({ total: found.length, orders: found.slice(offset, offset + limit) });
    },
    openDueBefore: (atMs, { offset, limit }) => Promise.resolve(dueBefore(atMs).slice(offset, offset + limit)),
    countOpenDueBefore: (atMs) => Promise.resolve(dueBefore(atMs).length),
    readOutbox: (limit) => Promise.resolve(outbox.slice(0, limit)),
    trimOutbox(entryIds) {
      outbox = outbox.filter(({ entryId }) => !entryIds.includes(entryId));
      return Promise.resolve();
    },
    parkOutboxEntry(entryId) {
      parked.push(...outbox.filter((entry) => entry.entryId === entryId));
      outbox = outbox.filter((entry) => entry.entryId !== entryId);
      return Promise.resolve();
    },
    outboxLength: () => Promise.resolve(outbox.length),
  };
}
