import type { OrderNotice } from '../core/work-orders/order-notice.ts';
import type { TmfState } from '../core/work-orders/tmf-state.ts';
import type { WorkOrder } from '../core/work-orders/work-order.ts';

/** Which orders to list, oldest first. Without a choice: all. Subscriber and state together mean both. */
export interface OrderQuery {
  readonly subscriberId?: string | undefined;
  readonly tmfState?: TmfState | undefined;
  readonly offset: number;
  readonly limit: number;
}

export interface OrderPage {
  readonly orders: readonly WorkOrder[];
  /** Orders that the query has, over all pages. */
  readonly total: number;
}

/** What waits to be published, in the order of the changes; `entryId` names it in the outbox. */
export type OutboxEntry =
  | { readonly entryId: string; readonly notice: OrderNotice }
  /** Stored, but not a notice that this version can read. */
  | { readonly entryId: string; readonly unreadable: string };

/**
 * Keeps orders and the notices about them. A write and its notices are one atomic step, so no change is silent and no
 * notice speaks of a change that was not kept. Transient failures are thrown; whether such a write took place is
 * unknown, and sending it again is safe.
 */
export interface OrderStore {
  /**
   * Keeps a new order unless its id, or its subscriber's episode, has one. Idempotent: the second call for the same
   * alert answers 'exists' and adds no notice.
   */
  create(order: WorkOrder, notice: OrderNotice): Promise<'created' | 'exists'>;
  /** Replaces `before` by the order of the last notice if the stored version is still that of `before`. */
  update(before: WorkOrder, notices: readonly OrderNotice[]): Promise<'updated' | 'conflict'>;
  get(workOrderId: string): Promise<WorkOrder | undefined>;
  list(query: OrderQuery): Promise<OrderPage>;
  /** Open orders due before an instant, most overdue first. */
  openDueBefore(atMs: number, page: { readonly offset: number; readonly limit: number }): Promise<readonly WorkOrder[]>;
  /** How many open orders were due before an instant. */
  countOpenDueBefore(atMs: number): Promise<number>;
  /** The oldest notices that wait, in the order of the changes. */
  readOutbox(limit: number): Promise<readonly OutboxEntry[]>;
  /** Removes published notices; those already gone are ignored. Two publishers may send a notice twice, and out of order. */
  trimOutbox(entryIds: readonly string[]): Promise<void>;
  /** Takes an entry that cannot be published out of the outbox and keeps it aside, for a person to look at. */
  parkOutboxEntry(entryId: string): Promise<void>;
  outboxLength(): Promise<number>;
}
