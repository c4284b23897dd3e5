import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../deploy/local/free-port.ts';
import { startKafka } from '../../../deploy/local/native-kafka.ts';
import { seededRandom } from '../../../models/pipeline/stand-in/random-trees.ts';
import { createRedisOrderStore } from '../../../services/retention/redis/redis-order-store.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation, TestEnd } from '../../support/installation.ts';
import { sendRecords } from '../../support/installation-log.ts';
import { countsOf, lagOf, untilSettled } from '../../support/installation-state.ts';
import { ownStack } from '../../support/own-stack.ts';
import { startRetention, startScorer } from '../../support/scorer-process.ts';
import { until } from '../../support/until.ts';
import type { FaultScenario } from '../scenario.ts';
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import { judge } from '../verdict/judge.ts';
import { openAcknowledgementGate } from './acknowledgement-gate.ts';
import type { AcknowledgementGate } from './acknowledgement-gate.ts';
import { createCarefulDesk } from './careful-desk.ts';
import type { AcknowledgedChange, CarefulDesk } from './careful-desk.ts';
import { chunksOf } from './chunks-of.ts';
import { TIME_ZONE, disorderlyOperator } from './disorderly-operator.ts';
import { judgeHistories } from './order-histories.ts';
import { CHANGES_PER_ORDER, workThroughOrder } from './work-through-order.ts';

/** Of each program, by the name under which it comes to the broker. */
const SIZES = {
  small: { subscribers: 30, days: 30, chunks: 30, drops: { 'churn-scorer': 5, 'churn-retention': 3 } },
  full: { subscribers: 400, days: 72, chunks: 200, drops: { 'churn-scorer': 60, 'churn-retention': 30 } },
} as const;
/** Of the acknowledgements that may still be dropped: the client gives up after eight in a row. */
const DROPPED_SHARE = 0.4;
const LOOK_AGAIN_MS = 50;
const ORDERS_AT_MOST = 10_000;
/** Orders that the desk works at a time. */
const AT_A_TIME = 8;
const WORKED_WITHIN_MS = 300_000;

export const acknowledgementsDropped: FaultScenario = {
  name: 'acknowledgements-dropped',
  promise: 'records written whose acknowledgement is lost are sent again: once by id to a reader, and in their order',
  async run(context) {
    const { subscribers, days, chunks, drops } = SIZES[context.size];
    const gate = await openStackBehindGate(context, context.seed, drops);
    const shop = await openInstallation(context, {
      stack: gate.address,
      partitions: 3,
      quietDays: 4,
      policy: { timeZone: TIME_ZONE, warmUpDays: 7 },
    });
    const operator = disorderlyOperator({ seed: context.seed, subscribers, days });
    const [retention] = await Promise.all([startRetention(shop), startScorer(shop), startScorer(shop)]);
    const desk = createCarefulDesk(retention.address, context.signal);
    const startedAtMs = performance.now();
    const feeding = feed(shop, operator.log(), Math.ceil(operator.size.records / chunks));
    const worked = await workAllOrders(shop, desk, feeding);
    const seconds = (performance.now() - startedAtMs) / 1_000;

    context.progress('comparing');
    const verdict = await judge(shop, await expectedOutcome(shop));
    const wanted = new Map(worked.orderIds.map((id) => [id, 1 + CHANGES_PER_ORDER]));
    const histories = await judgeHistories(shop, wanted, worked.acknowledged);
    const dropped = gate.dropped();
    return {
      injected: Object.fromEntries([...dropped].map(([who, times]) => [`acknowledgement to ${who} dropped`, times])),
      compared: {
        ...verdict.compared,
        'events of orders': histories.events,
      },
      lost: verdict.lost + histories.lost,
      doubled: verdict.doubled + histories.doubled,
      invented: verdict.invented + histories.invented,
      differences: [
        ...verdict.differences,
        ...histories.differences,
        ...Object.entries(drops)
          .filter(([who, times]) => dropped.get(who) !== times)
          .map(([who, times]) => `${dropped.get(who) ?? 0} acknowledgements to ${who} were dropped, not ${times}`),
      ],
      measured: {
        ...verdict.measured,
        'events of orders published again, share': histories.records / histories.events - 1,
        events: operator.size.events,
        seconds,
      },
    };
  },
};

interface StackBehindGate extends Pick<AcknowledgementGate, 'dropped'> {
  readonly address: { readonly brokers: string[]; readonly redisUrl: string };
}

async function openStackBehindGate(
  end: TestEnd,
  seed: number,
  drops: Readonly<Record<string, number>>,
): Promise<StackBehindGate> {
  const stack = await ownStack(end);
  const [port, brokerPort] = [await freePort(), await freePort()];
  const random = seededRandom(seed);
  const left = new Map(Object.entries(drops));
  const gate = await openAcknowledgementGate({
    port,
    brokerPort,
    isToDrop(clientId) {
      const more = left.get(clientId) ?? 0;
      if (more === 0 || random() >= DROPPED_SHARE) return false;
      left.set(clientId, more - 1);
      return true;
    },
  });
  const directory = mkdtempSync(join(tmpdir(), 'churn-gated-'));
  end.after(async () => {
    await gate.close();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  const [kafka] = await Promise.all([
    startKafka({ dir: directory, port: brokerPort, advertisedPort: port }),
    stack.startRedis(),
  ]);
  end.after(() => kafka.kill());
  return {
    dropped: () => gate.dropped(),
    address: { brokers: [`127.0.0.1:${port}`], redisUrl: stack.address.redisUrl },
  };
}

async function feed(shop: Installation, log: Parameters<typeof sendRecords>[1], chunkRecords: number): Promise<void> {
  for (const chunk of chunksOf(log, chunkRecords)) {
    await sendRecords(shop, chunk);
    // Part by part, so that each is published by itself, however slow the machine is.
    while ((await lagOf(shop)) > 0) await delay(LOOK_AGAIN_MS);
  }
}

/** Works every order as it comes, until the log is at its end and all that it brought is told. */
async function workAllOrders(
  shop: Installation,
  desk: CarefulDesk,
  feeding: Promise<void>,
): Promise<{ readonly orderIds: readonly string[]; readonly acknowledged: readonly AcknowledgedChange[] }> {
  const store = createRedisOrderStore(shop.redis, '');
  const acknowledged: AcknowledgedChange[] = [];
  const course = { worked: 0, isSettled: false };
  const orderIds = async (): Promise<string[]> =>
    (await store.list({ offset: 0, limit: ORDERS_AT_MOST })).orders.map(({ id }) => id);
  const working = (async () => {
    const known = new Set<string>();
    while (!course.isSettled) {
      const fresh = (await orderIds()).filter((id) => !known.has(id)).slice(0, AT_A_TIME);
      for (const id of fresh) known.add(id);
      for (const changes of await Promise.all(fresh.map((id) => workThroughOrder(desk, id)))) {
        acknowledged.push(...changes);
        course.worked += 1;
      }
      await delay(LOOK_AGAIN_MS);
    }
  })();
  const settling = (async () => {
    await feeding;
    await untilSettled(shop);
    await until(
      'every order is worked and told',
      async () => {
        const { episodes } = await countsOf(shop);
        return course.worked === episodes && (await store.outboxLength()) === 0;
      },
      {
        withinMs: WORKED_WITHIN_MS,
        state: async () =>
          `${course.worked} of ${(await countsOf(shop)).episodes} orders are worked, ${await store.outboxLength()} notices wait`,
      },
    );
    // Its outcomes, too.
    await untilSettled(shop);
    course.isSettled = true;
  })();
  await Promise.all([working, settling]);
  return { orderIds: await orderIds(), acknowledged };
}
