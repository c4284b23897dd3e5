import { createRedisOrderStore } from '../../../services/retention/redis/redis-order-store.ts';
import type { Installation } from '../../support/installation.ts';
import { until } from '../../support/until.ts';
import { allOrders } from './all-orders.ts';
import { tell } from './difference.ts';
import { differInTimesOnly, toldOrders } from './told-orders.ts';
import type { ToldEvent } from './told-orders.ts';
import type { Verdict } from './verdict.ts';

export interface OrdersVerdict extends Pick<Verdict, 'lost' | 'doubled' | 'invented' | 'differences'> {
  readonly compared: number;
  /** Orders that were made more than once under one id, excused or not. */
  readonly madeAgain: number;
}

export interface JudgeOrdersOptions {
  /**
   * Where a scenario makes Redis lose writes that it had acknowledged, and nowhere else: until when, by the desk's clock;
   * Infinity where it does so to the end. An order lost with them is made again under its id, with other times; the next
   * change of an order gets the version, and so the event id, of one that is gone.
   */
  readonly redisLosesWritesUntilMs?: number;
}

/**
 * One order per alert, in Redis and on the topic, made once: told by one event of creation, and that, however often it is
 * published, with one content.
 *
 * @param alerts the alerts that there should be, by id.
 */
export async function judgeOrders(
  shop: Installation,
  alerts: ReadonlyMap<string, string>,
  { redisLosesWritesUntilMs = -Infinity }: JudgeOrdersOptions = {},
): Promise<OrdersVerdict> {
  const store = createRedisOrderStore(shop.redis, '');
  // What is missing after all this time is lost: that is for the verdict to say.
  await until('every alert is an order, and told', async () => {
    const { total } = await store.list({ offset: 0, limit: 0 });
    return total >= alerts.size && (await store.outboxLength()) === 0;
  }).catch(() => undefined);
  const orders = await allOrders(shop);
  const byAlert = Map.groupBy(orders, ({ alertId }) => alertId);
  const byEpisode = Map.groupBy(orders, ({ subscriberId, episode }) => `${subscriberId}#${episode}`);
  const missing = [...alerts.keys()].filter((id) => !byAlert.has(id));
  const surplus = orders.filter(({ alertId }) => !alerts.has(alertId)).map(({ id }) => id);
  const twice = [...byAlert, ...byEpisode].filter(([, found]) => found.length > 1).map(([of]) => of);
  const told = await toldOrders(shop);
  const untold = orders.filter(({ id }) => !told.has(id)).map(({ id }) => id);
  const known = new Set(orders.map(({ id }) => id));
  const unknown = [...told.keys()].filter((id) => !known.has(id));
  const createdOtherwise = [...told].filter(([, events]) => events.filter(isCreation).length !== 1).map(([id]) => id);
  const ambiguous = [...told.values()].flat().filter(({ contents }) => contents.size > 1);
  const [again, changes] = [ambiguous.filter(isCreation), ambiguous.filter((event) => !isCreation(event))];
  const isExcused = ({ firstAtMs }: ToldEvent): boolean => firstAtMs < redisLosesWritesUntilMs;
  const madeTwice = again.filter((event) => !isExcused(event));
  return {
    compared: orders.length,
    madeAgain: again.length,
    lost: missing.length + untold.length,
    doubled: orders.length - Math.min(byAlert.size, byEpisode.size) + madeTwice.length,
    invented: surplus.length + unknown.length,
    differences: [
      ...tell('alerts without an order', missing),
      ...tell('orders without an alert', surplus),
      ...tell('alerts or episodes with two orders', twice),
      ...tell('orders that the topic does not tell of', untold),
      ...tell('orders on the topic that Redis does not know', unknown),
      ...tell('orders whose creation the topic tells in other than one event', createdOtherwise),
      ...tell('orders made twice, the second in the place of the first', eventIdsOf(madeTwice)),
      ...tell(
        'orders made again otherwise than the first time, and not only later',
        eventIdsOf(again.filter((event) => isExcused(event) && !differInTimesOnly(event))),
      ),
      ...tell(
        'changes of orders of which one took the place of another',
        eventIdsOf(changes.filter((event) => !isExcused(event))),
      ),
    ],
  };
}

function isCreation(event: ToldEvent): boolean {
  return event.isCreation;
}

function eventIdsOf(events: readonly ToldEvent[]): string[] {
  return events.map(({ eventId }) => eventId);
}
