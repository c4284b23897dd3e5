import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../deploy/local/free-port.ts';
import { isPartitionMark } from '../../services/core/events/subscriber-event.ts';
import type { LogRecord } from '../../services/core/events/subscriber-event.ts';
import { openInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { publishedById, sendRecords } from '../support/installation-log.ts';
import {
  countsOf,
  partitionRecordsOf,
  settledEvents,
  storedStatesOf,
  untilSettled,
} from '../support/installation-state.ts';
import { ownStack, withoutNativeParts } from '../support/own-stack.ts';
import { at, people, regularLife } from '../support/regular-life.ts';
import { until } from '../support/until.ts';
import { OUTAGE_MS } from './config.ts';
import { startWatched } from '../support/watched-service.ts';
import type { WatchedService } from '../support/watched-service.ts';

const DAYS = 40;
const policy = { warmUpDays: 2 };
/** Between two pieces of the log, so that there is load in every outage. */
const PACE_MS = 500 + OUTAGE_MS / 10;
const subscriberIds = people(36);

/** People of regular habits, some of whom fall silent; in pieces, so that it can be sent while other things happen. */
function pieces(): LogRecord[][] {
  const silent = new Set(subscriberIds.filter((_, place) => place % 6 === 0));
  return Array.from({ length: DAYS }, (_, day) =>
    regularLife({ subscriberIds, fromMs: at(day), toMs: at(day + 1), silent: day < 10 ? new Set() : silent }),
  );
}

test(
  'Redis and Kafka are killed and frozen under load: readiness turns false, nothing is lost or doubled, work goes on',
  { skip: withoutNativeParts, timeout: 240_000 + 8 * OUTAGE_MS },
  async (t) => {
    const stack = await ownStack(t);
    const [kafka, redis] = await Promise.all([stack.startKafka(), stack.startRedis()]);
    const shop = await openInstallation(t, { partitions: 3, policy, stack: stack.address });
    const services = await startServices(t, shop);
    const log = pieces();
    const events = log.flat().filter((record) => !isPartitionMark(record)).length;
    const load = sendUnderFaults(t, shop, log);
    await until('work has begun', async () => settledEvents(await countsOf(shop)) > 0, {
      withinMs: 30_000,
      state: async () => services.map((s) => s.logText()).join('') + JSON.stringify(await services[0]?.readiness()),
    });

    const faults: readonly Fault[] = [
      { name: 'Redis killed', begin: () => redis.kill(), end: () => redis.restart() },
      {
        name: 'Redis frozen',
        begin: () => process.kill(redis.pid, 'SIGSTOP'),
        end: () => process.kill(redis.pid, 'SIGCONT'),
      },
      { name: 'Kafka killed', begin: () => kafka.kill(), end: () => kafka.restart() },
      {
        name: 'Kafka frozen',
        begin: () => process.kill(kafka.pid, 'SIGSTOP'),
        end: () => process.kill(kafka.pid, 'SIGCONT'),
      },
    ];
    for (const fault of faults) await suffer(t, fault, services);
    load.hurry();
    await load.sent;
    await untilSettled(shop);
    assert.equal((await countsOf(shop)).folded, events, 'each event folded once');

    for (const service of services) {
      const { how, afterMs } = await service.stopped();
      assert.equal(how, 'exit code 0');
      assert.ok(afterMs < 10_000, `${service.name} took ${afterMs} ms to stop`);
      assert.doesNotMatch(service.logText(), /"stack"/);
    }
    await assertAsUndisturbed(t, shop);
  },
);

interface Fault {
  readonly name: string;
  begin(): unknown;
  end(): unknown;
}

/** One outage: each service says once that it is there and once that it is over, and is ready again by itself. */
async function suffer(t: TestContext, fault: Fault, services: readonly WatchedService[]): Promise<void> {
  const before = services.map((service) => service.logLines().length);
  const startedAtMs = performance.now();
  await fault.begin();
  const noticedMs = await Promise.all(services.map((service) => service.untilNotReady(10_000)));
  await delay(Math.max(OUTAGE_MS - (performance.now() - startedAtMs), 0));
  for (const service of services) assert.equal(await service.isAlive(), true);
  await fault.end();
  const endedAtMs = performance.now();
  const readyMs = await Promise.all(
    services.map(async (service) => {
      await service.untilReady();
      return Math.round(performance.now() - endedAtMs);
    }),
  );
  t.diagnostic(
    `${fault.name}: not ready after ${noticedMs.map(Math.round).join(', ')} ms, ready again after ${readyMs.join(', ')} ms`,
  );
  const part = fault.name.split(' ')[0] ?? '';
  services.forEach((service, i) => {
    const lines = service.logLines().slice(before[i]);
    const told = lines.filter((line) => line.level >= 40);
    // On a busy machine another part may be slow meanwhile; of this one there is one line.
    const ofPart = told.filter((line) => line.part === part).map(({ msg }) => msg);
    assert.equal(ofPart.length, 1 + Math.floor(OUTAGE_MS / 59_000), `${service.name}, ${fault.name}`);
    assert.match(ofPart[0] ?? '', new RegExp(`^${part} is missing`));
    assert.deepEqual(
      told.filter((line) => line.part === ''),
      [],
      'and none beside those of the parts',
    );
  });
}

interface Load {
  readonly sent: Promise<void>;
  /** Sends the rest without a pause. */
  hurry(): void;
}

/** Sends a log piece by piece, each until Kafka has taken it: a piece may so stand in the log twice, in part or whole. */
function sendUnderFaults(t: TestContext, shop: Installation, log: readonly LogRecord[][]): Load {
  let [isHurried, isOver] = [false, false];
  t.after(() => {
    isOver = true;
  });
  async function send(): Promise<void> {
    for (const piece of log) {
      let lastError: unknown;
      const take = async (): Promise<boolean> => {
        try {
          if (!isOver) await sendRecords(shop, piece);
          return true;
        } catch (error) {
          lastError = error;
          return false;
        }
      };
      await until('Kafka takes a piece', take, { state: () => Promise.resolve(String(lastError)) });
      if (!isHurried && !isOver) await delay(PACE_MS);
    }
  }
  const sent = send();
  // Whoever waits for it is told; a test that has failed before does not wait.
  sent.catch(() => undefined);
  return {
    sent,
    hurry: () => {
      isHurried = true;
    },
  };
}

async function startServices(t: TestContext, shop: Installation): Promise<WatchedService[]> {
  const services: WatchedService[] = [];
  const logDirectory = join(shop.directory, 'watched');
  mkdirSync(logDirectory);
  for (const name of ['scorer', 'retention']) {
    const settings = { ...shop.settings, CHURN_HTTP_PORT: String(await freePort()) };
    services.push(await startWatched({ name, main: `services/${name}/main.ts`, settings, logDirectory }));
    shop.processes.push(...services.slice(-1));
  }
  for (const service of services) await service.untilReady();
  return services;
}

/** Runs the same log with one scorer into an empty database, and compares everything. */
async function assertAsUndisturbed(t: TestContext, shop: Installation): Promise<void> {
  const address = { brokers: [...shop.kafka.brokers], redisUrl: `${shop.settings['CHURN_REDIS_URL'] ?? ''}/1` };
  const calm = await openInstallation(t, { partitions: shop.partitions, policy, inputOf: shop, stack: address });
  await startServices(t, calm);
  await untilSettled(calm);
  assert.deepEqual(await storedStatesOf(shop), await storedStatesOf(calm));
  assert.deepEqual(await partitionRecordsOf(shop), await partitionRecordsOf(calm));
  const alerts = await publishedById(shop, shop.topics.alert);
  assert.ok(alerts.size > 0, 'someone fell silent');
  assert.equal(alerts.size, (await countsOf(shop)).episodes);
  assert.deepEqual(alerts, await publishedById(calm, calm.topics.alert));
  assert.deepEqual(await publishedById(shop, shop.topics.score), await publishedById(calm, calm.topics.score));
  const orders = await until('every alert is an order', async () => {
    const found = await publishedById(shop, shop.topics.workOrder);
    return found.size >= alerts.size && found;
  });
  assert.equal(orders.size, alerts.size, 'one order per alert');
}
