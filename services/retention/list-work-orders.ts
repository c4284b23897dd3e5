import type { TmfState } from '../core/work-orders/tmf-state.ts';
import { tmfStates } from '../core/work-orders/tmf-state.ts';
import type { WorkOrder } from '../core/work-orders/work-order.ts';
import { workOrderIdOf } from '../core/work-orders/work-order.ts';
import type { OrderPage, OrderStore } from './order-store.ts';
import type { AttributeFilter } from './tmf/tmf-query.ts';
import { matchesFilters } from './tmf/tmf-query.ts';

type OrderReader = Pick<OrderStore, 'get' | 'list'>;

export interface FilteredQuery {
  readonly filters: readonly AttributeFilter[];
  readonly offset: number;
  readonly limit: number;
}

const SCAN_PAGE = 500;

/**
 * One page of the orders whose outside view passes all filters, oldest first. Ids, one state and one subscriber use an
 * index; any other filter reads what the index leaves, which is bounded by what a desk can work.
 */
export async function listWorkOrders(
  store: OrderReader,
  query: FilteredQuery,
  toView: (order: WorkOrder) => object,
): Promise<OrderPage> {
  const { filters, offset, limit } = query;
  const wanted = narrowest(filters);
  const matches = (order: WorkOrder): boolean => matchesFilters(toView(order), filters);
  if (wanted.workOrderIds !== undefined) {
    const found = await Promise.all(wanted.workOrderIds.map((id) => store.get(id)));
    return pageOf(found.filter((order) => order !== undefined).filter(matches), query);
  }
  const { subscriberId, tmfState, indexed } = wanted;
  if (indexed === filters.length) return store.list({ subscriberId, tmfState, offset, limit });
  const found: WorkOrder[] = [];
  for (let at = 0; ; at += SCAN_PAGE) {
    const { orders } = await store.list({ subscriberId, tmfState, offset: at, limit: SCAN_PAGE });
    found.push(...orders.filter(matches));
    if (orders.length < SCAN_PAGE) return pageOf(found, query);
  }
}

interface Narrowing {
  readonly workOrderIds?: readonly string[] | undefined;
  readonly subscriberId?: string | undefined;
  readonly tmfState?: TmfState | undefined;
  /** How many of the filters the indexes answer alone. */
  readonly indexed: number;
}

function narrowest(filters: readonly AttributeFilter[]): Narrowing {
  const ids = valuesOf(filters, 'id') ?? valuesOf(filters, 'externalId')?.map(workOrderIdOf);
  if (ids !== undefined) return { workOrderIds: [...new Set(ids)], indexed: 0 };
  const subscriberId = onlyValue(filters, 'relatedEntity.id');
  const state = onlyValue(filters, 'state');
  const tmfState = tmfStates.find((known) => known === state);
  return { subscriberId, tmfState, indexed: Number(subscriberId !== undefined) + Number(tmfState !== undefined) };
}

function valuesOf(filters: readonly AttributeFilter[], path: string): readonly string[] | undefined {
  return filters.find((filter) => filter.path === path)?.values;
}

function onlyValue(filters: readonly AttributeFilter[], path: string): string | undefined {
  const values = valuesOf(filters, path);
  return values?.length === 1 ? values[0] : undefined;
}

function pageOf(orders: readonly WorkOrder[], { offset, limit }: FilteredQuery): OrderPage {
  return { total: orders.length, orders: orders.slice(offset, offset + limit) };
}
