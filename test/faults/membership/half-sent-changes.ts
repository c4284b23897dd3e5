import { request } from 'node:http';
import { createRedisOrderStore } from '../../../services/retention/redis/redis-order-store.ts';
import { WORK_ORDER_PATH } from '../../../services/retention/tmf/tmf-urls.ts';
import type { Installation } from '../../support/installation.ts';

const DONE = 200;
const OVERLOADED = 503;

export interface HalfSentChange {
  readonly orderId: string;
  readonly half: HalfSent;
}

/** Changes of which the server has read the head, and waits for the rest. */
export async function sendHalves(shop: Installation, api: string, count: number): Promise<HalfSentChange[]> {
  const orders = (await untouchedOrders(shop)).slice(0, count);
  return Promise.all(
    orders.map(async (orderId) => {
      const half = await sendHalf(`${api}${WORK_ORDER_PATH}/workOrder/${orderId}`, { state: 'inProgress' });
      return { orderId, half };
    }),
  );
}

export interface CompletedChanges {
  /** How many were answered as done. */
  readonly done: number;
  /** In words, those that had no answer, or another one than that it is done or that too much is going on. */
  readonly unanswered: readonly string[];
  /** In words, those that were answered as done and are not. */
  readonly undone: readonly string[];
}

/** Sends what is left, and looks at the orders. */
export async function completeHalves(
  { redis }: Installation,
  halves: readonly HalfSentChange[],
): Promise<CompletedChanges> {
  const store = createRedisOrderStore(redis, '');
  const found = await Promise.all(
    halves.map(async ({ orderId, half }) => {
      const status = await half.complete();
      const { version = 0 } = (await store.get(orderId)) ?? {};
      return { orderId, status, isDone: version > 1 };
    }),
  );
  return {
    done: found.filter(({ status }) => status === DONE).length,
    unanswered: found
      .filter(({ status }) => status !== DONE && status !== OVERLOADED)
      .map(({ status }) => `a request under way was answered with ${status ?? 'nothing'}`),
    undone: found
      .filter(({ status, isDone }) => status === DONE && !isDone)
      .map(({ orderId }) => `a change of ${orderId} was answered, and is not there`),
  };
}

/** Ids of orders that nobody has changed. */
export async function untouchedOrders({ redis }: Installation): Promise<string[]> {
  const { orders } = await createRedisOrderStore(redis, '').list({ offset: 0, limit: 500 });
  return orders.filter(({ version }) => version === 1).map(({ id }) => id);
}

interface HalfSent {
  /** Sends the rest. @returns the status of the answer; undefined where there is none. */
  complete(): Promise<number | undefined>;
}

/** Begins a merge patch: the server has its head and half of its body, and waits for the rest. */
async function sendHalf(url: string, body: object): Promise<HalfSent> {
  const text = JSON.stringify(body);
  const half = Math.floor(text.length / 2);
  const headers = { 'content-type': 'application/merge-patch+json', 'content-length': text.length };
  const asked = request(url, { method: 'PATCH', headers });
  const answer = new Promise<number | undefined>((resolve) => {
    asked.on('response', (response) => {
      response.resume();
      response.on('end', () => {
        resolve(response.statusCode);
      });
      response.on('error', () => {
        resolve(undefined);
      });
    });
    asked.on('error', () => {
      resolve(undefined);
    });
  });
  await new Promise<void>((resolve) => {
    asked.write(text.slice(0, half), () => {
      resolve();
    });
  });
  return {
    complete() {
      asked.end(text.slice(half));
      return answer;
    },
  };
}
