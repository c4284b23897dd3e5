import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../deploy/local/free-port.ts';
import { RISK_ALERT_SCHEMA, encodeRiskAlert } from '../../../services/contracts/risk.ts';
import type { RiskAlert } from '../../../services/core/risk/risk.ts';
import { alertIdOf } from '../../../services/core/risk/decide-risk.ts';
import { workOrderIdOf } from '../../../services/core/work-orders/work-order.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { ownStack } from '../../support/own-stack.ts';
import { sampleAlert, sampleScore } from '../../support/sample-alert.ts';
import type { FaultScenario } from '../scenario.ts';
import { judgeOrders } from '../verdict/judge-orders.ts';
import { createCarefulDesk } from './careful-desk.ts';
import type { AcknowledgedChange, CarefulDesk } from './careful-desk.ts';
import { createDeaths } from './deaths.ts';
import { dieInTurn } from './die-in-turn.ts';
import { drawFates } from './fates.ts';
import { startMortal } from './mortal-service.ts';
import { judgeHistories } from './order-histories.ts';
import { RETENTION_POINTS } from './points/kill-points.ts';
import { CHANGES_PER_ORDER, workThroughOrder } from './work-through-order.ts';

const MAIN = 'services/retention/main.ts';
const DESKS = 5;
/** Between two alerts. */
const ALERT_EVERY_MS = 100;
/** Orders that nobody works on yet, at most: the desk has to come to an end soon after the last kill. */
const WAITING_AT_MOST = 10;
/** Each of these alerts comes a second time, as from a scorer that was killed after publishing. */
const REPEATED_EVERY = 4;
const WORST_POINTS = [
  'create sent',
  'before produce',
  'produce acknowledged',
  'update sent',
  'before HTTP answer',
] as const;
const KILLS = {
  small: { points: WORST_POINTS, atPoints: WORST_POINTS.length, fromOutside: 0 },
  full: { points: RETENTION_POINTS, atPoints: 3 * RETENTION_POINTS.length, fromOutside: 9 },
} as const;

export const killRetention: FaultScenario = {
  name: 'kill-retention',
  promise: 'retention killed between opening an order, telling it and answering: one order per alert, each change once',
  async run(context) {
    const stack = await ownStack(context);
    await Promise.all([stack.startKafka(), stack.startRedis()]);
    const shop = await openInstallation(context, { stack: stack.address, partitions: 3 });
    const port = await freePort();
    const settings = { CHURN_HTTP_PORT: String(port) };
    const desk = createCarefulDesk(`http://127.0.0.1:${port}`, context.signal);
    const fates = drawFates({ seed: context.seed, ...KILLS[context.size] });
    const planned = fates.length;
    const deaths = createDeaths();
    const startedAtMs = performance.now();

    const dying = dieInTurn({ shop, main: MAIN, settings, fates, deaths, context });
    const raising = raiseAlertsUntil(shop, dying);
    const [alertIds, acknowledged] = await Promise.all([
      raising.done,
      workOrders(desk, raising),
      dying.then(() => startMortal(shop, MAIN, { settings })),
    ]);
    context.progress('comparing');
    const orders = await judgeOrders(shop, new Map(alertIds.map((id) => [id, ''])));
    const wanted = new Map(alertIds.map((id) => [workOrderIdOf(id), 1 + CHANGES_PER_ORDER]));
    const histories = await judgeHistories(shop, wanted, acknowledged);
    const { unanswered, foundMade, overtaken } = desk.counts();
    return {
      injected: deaths.injected('retention'),
      compared: {
        alerts: alertIds.length,
        orders: orders.compared,
        'changes acknowledged': acknowledged.length,
        'events of orders': histories.events,
        outcomes: histories.outcomes,
      },
      lost: orders.lost + histories.lost,
      doubled: orders.doubled + histories.doubled,
      invented: orders.invented + histories.invented,
      differences: [...orders.differences, ...histories.differences, ...deaths.missingOf(planned)],
      measured: {
        seconds: (performance.now() - startedAtMs) / 1_000,
        'answers that did not come': unanswered,
        'of these, changes that were made': foundMade,
        'changes refused, another came first': overtaken,
        'published again, share': histories.records / histories.events - 1,
      },
    };
  },
};

interface RaisedAlerts {
  /** Ids in their order, once the last has been sent. */
  readonly done: Promise<readonly string[]>;
  /** The next order that nobody works on; undefined when there will be none. */
  readonly next: () => Promise<string | undefined>;
}

/** One alert after the other, as a scorer publishes them, until `end`. */
function raiseAlertsUntil(shop: Installation, end: Promise<unknown>): RaisedAlerts {
  const ids: string[] = [];
  let taken = 0;
  let hasEnded = false;
  /** The last alert is sent, also one that was under way at the end. */
  let areAllRaised = false;
  const onEnd = (): void => {
    hasEnded = true;
  };
  end.then(onEnd, onEnd);
  async function raise(): Promise<readonly string[]> {
    while (!hasEnded) {
      await delay(ALERT_EVERY_MS);
      if (ids.length - taken >= WAITING_AT_MOST) continue;
      const number = ids.length;
      const alert = alertOf(number);
      const times = number % REPEATED_EVERY === 0 ? 2 : 1;
      for (let time = 0; time < times; time += 1) await shop.producer.send([toRecord(shop, alert)]);
      ids.push(alert.alertId);
    }
    areAllRaised = true;
    return ids;
  }
  return {
    done: raise(),
    async next() {
      while (taken >= ids.length && !areAllRaised) await delay(ALERT_EVERY_MS);
      const id = ids[taken];
      if (id !== undefined) taken += 1;
      return id === undefined ? undefined : workOrderIdOf(id);
    },
  };
}

/** Some people at the desk, each with one order at a time. */
async function workOrders(desk: CarefulDesk, { next }: RaisedAlerts): Promise<AcknowledgedChange[]> {
  const acknowledged: AcknowledgedChange[] = [];
  await Promise.all(
    Array.from({ length: DESKS }, async () => {
      for (let id = await next(); id !== undefined; id = await next()) {
        acknowledged.push(...(await workThroughOrder(desk, id)));
      }
    }),
  );
  return acknowledged;
}

function alertOf(number: number): RiskAlert {
  const subscriberId = `k1-person${String(number).padStart(5, '0')}`;
  return sampleAlert({ score: sampleScore({ subscriberId }), alertId: alertIdOf(subscriberId, 1) });
}

function toRecord(shop: Installation, alert: RiskAlert): Parameters<Installation['producer']['send']>[0][number] {
  return {
    topic: shop.topics.alert,
    key: alert.score.subscriberId,
    value: encodeRiskAlert(alert),
    headers: {
      ce_specversion: '1.0',
      ce_id: alert.alertId,
      ce_source: '/churn-warning/scorer',
      ce_type: shop.topics.alert,
      ce_dataschema: `proto:${RISK_ALERT_SCHEMA}`,
      'content-type': 'application/protobuf',
    },
  };
}
