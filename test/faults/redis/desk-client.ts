import { setTimeout as delay } from 'node:timers/promises';
import type { Installation } from '../../support/installation.ts';
import { createRedisOrderStore } from '../../../services/retention/redis/redis-order-store.ts';

const ORDERS = '/tmf-api/workOrderManagement/v4/workOrder';
const PAUSE_MS = 60;
const ANSWER_WITHIN_MS = 15_000;
/** While parts are away: a request that may be sent again later. */
const UNAVAILABLE = 503;
/** The order is not there (any more), or is not as it was found. */
const OUTRUN: readonly number[] = [404, 409, 412, 422];

/** What became of the changes that were answered with success. */
export interface DeskOutcome {
  readonly acknowledged: number;
  /** Acknowledged, and not among the order's changes at the end. */
  readonly lost: number;
  readonly unavailable: number;
  /** Answers that no outage excuses, such as "500 on PATCH". */
  readonly unexpected: readonly string[];
}

export interface DeskClient {
  acknowledged(): number;
  stop(): Promise<void>;
  /**
   * To be called when all is settled.
   *
   * @param from leaves so many of the first changes out.
   */
  outcome(shop: Installation, from?: number): Promise<DeskOutcome>;
}

interface ListedOrder {
  readonly id: string;
  readonly state: string;
}

/** A desk that begins and completes the orders that it is shown, one after the other, as fast as it may. */
export function startDesk(address: string, signal: AbortSignal): DeskClient {
  const stopping = new AbortController();
  const ending = AbortSignal.any([signal, stopping.signal]);
  /** Acknowledged: the version that each brought its order to. */
  const changes: { readonly id: string; readonly version: number }[] = [];
  const unexpected = new Set<string>();
  let unavailable = 0;

  async function ask(path: string, init: RequestInit): Promise<Response | undefined> {
    try {
      const response = await fetch(address + path, { ...init, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      if (response.ok) return response;
      if (response.status === UNAVAILABLE) unavailable += 1;
      else if (!OUTRUN.includes(response.status))
        unexpected.add(`${response.status} on ${init.method ?? 'GET'}: ${await response.text()}`);
    } catch (error) {
      unexpected.add(`no answer on ${init.method ?? 'GET'}: ${String(error)}`);
    }
    return undefined;
  }

  async function work(from: string, to: string): Promise<void> {
    const page = await ask(`${ORDERS}?state=${from}&limit=5`, {});
    for (const { id } of page === undefined ? [] : parseOrders(await page.json())) {
      const reply = await ask(`${ORDERS}/${id}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ state: to }),
      });
      if (reply === undefined) continue;
      await reply.arrayBuffer();
      changes.push({ id, version: Number(reply.headers.get('etag')?.replaceAll('"', '')) });
    }
  }

  const working = (async () => {
    while (!ending.aborted) {
      await work('acknowledged', 'inProgress');
      await work('inProgress', 'completed');
      await delay(PAUSE_MS, undefined, { signal: ending }).catch(() => undefined);
    }
  })();

  return {
    acknowledged: () => changes.length,
    async stop() {
      stopping.abort();
      await working;
    },
    async outcome(shop, from = 0) {
      const store = createRedisOrderStore(shop.redis, '');
      const asked = changes.slice(from);
      let kept = 0;
      for (const [id, ofOrder] of Map.groupBy(asked, (change) => change.id)) {
        const last = (await store.get(id))?.version ?? 0;
        // A version that was acknowledged twice stands for two changes, of which the order knows one.
        kept += new Set(ofOrder.map(({ version }) => version).filter((version) => version <= last)).size;
      }
      return { acknowledged: asked.length, lost: asked.length - kept, unavailable, unexpected: [...unexpected] };
    },
  };
}

function parseOrders(body: unknown): ListedOrder[] {
  if (!Array.isArray(body)) throw new TypeError('a list of orders is no list');
  return body.filter(isListedOrder);
}

function isListedOrder(value: unknown): value is ListedOrder {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}
