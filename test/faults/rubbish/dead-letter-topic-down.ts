import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../deploy/local/free-port.ts';
import { deadLetterTopicOf } from '../../../services/platform/kafka/dead-letter.ts';
import { ensureTopics } from '../../../services/platform/kafka/topics.ts';
import { createRedisPositions } from '../../../services/retention/redis/redis-positions.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { sendRecords } from '../../support/installation-log.ts';
import { lagOf, untilSettled } from '../../support/installation-state.ts';
import { ownStack } from '../../support/own-stack.ts';
import { at, people, regularLife } from '../../support/regular-life.ts';
import { until } from '../../support/until.ts';
import { startWatched } from '../../support/watched-service.ts';
import type { WatchedService } from '../../support/watched-service.ts';
import type { FaultScenario } from '../scenario.ts';
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import { judge } from '../verdict/judge.ts';
import { deleteTopic } from './delete-topic.ts';
import { setTopicConfig } from './set-topic-config.ts';

const PARTITIONS = 2;
const SICK = 1;
const QUIET_DAYS = 2;
const STILL_MS = 1_500;
const ids = people(24);
const silent = new Set(ids.slice(0, 4));
/** Three letters' worth of what a topic of the smallest messages takes. */
const LARGE = Buffer.alloc(6_000, 0xff);

interface Outage {
  readonly name: string;
  /** The client asks for half a minute for a topic that is not there. */
  readonly isSlow: boolean;
  begin(shop: Installation, topic: string): Promise<void>;
  end(shop: Installation, topic: string): Promise<void>;
}

const OUTAGES: readonly Outage[] = [
  {
    name: 'dead-letter topic gone',
    isSlow: true,
    begin: ({ kafka }, topic) => deleteTopic(kafka, topic),
    end: ({ kafka }, topic) => ensureTopics(kafka, [{ topic, partitions: PARTITIONS }]),
  },
  {
    name: 'dead letter too large',
    isSlow: false,
    begin: ({ kafka }, topic) => setTopicConfig(kafka, [topic], { 'max.message.bytes': '2000' }),
    end: ({ kafka }, topic) => setTopicConfig(kafka, [topic], {}),
  },
];

export const deadLetterTopicDown: FaultScenario = {
  name: 'dead-letter-topic-down',
  promise: 'while a bad record cannot be parked its partition stands still and says so, and then goes on by itself',
  async run(context) {
    const stack = await ownStack(context);
    await Promise.all([stack.startKafka(), stack.startRedis()]);
    const shop = await openInstallation(context, {
      partitions: PARTITIONS,
      quietDays: QUIET_DAYS,
      stack: stack.address,
    });
    const services = { scorer: await start(shop, 'scorer'), retention: await start(shop, 'retention') };
    const injected: Record<string, number> = {};
    const differences: string[] = [];
    const told: Record<string, number> = {};
    let day = 0;
    for (const outage of OUTAGES.filter(({ isSlow }) => !isSlow || context.size === 'full')) {
      for (const [role, topic] of [
        ['scorer', shop.topics.input],
        ['retention', shop.topics.alert],
      ] as const) {
        context.progress(`${outage.name}: ${topic}`);
        const service = services[role];
        await service.untilReady();
        const letters = deadLetterTopicOf(topic);
        // A topic that is made anew holds none.
        const lettersBefore = outage.isSlow ? 0n : await lettersIn(shop, letters);
        await outage.begin(shop, letters);
        await sendDay(shop, day++);
        await shop.producer.send([{ topic, key: 'bad', partition: SICK, value: LARGE }]);
        await sendDay(shop, day++);
        const startedAtMs = performance.now();
        const said = await until(
          `${role} says that ${letters} cannot be written`,
          async () => (await service.readiness())?.parts.find(({ detail }) => detail.includes(letters))?.detail,
          { state: async () => JSON.stringify(await service.readiness()) + service.logText().slice(-3_000) },
        );
        told[`seconds until ${role} said: ${outage.name}`] = Math.round((performance.now() - startedAtMs) / 100) / 10;
        injected[outage.name] = (injected[outage.name] ?? 0) + 1;
        if (!said.includes('cannot be parked')) differences.push(`${role} says of ${outage.name}: ${said}`);
        await delay(STILL_MS);
        if (await isPassed(shop, role)) differences.push(`${outage.name}: ${role} passed the record`);
        if (!(await service.isAlive())) differences.push(`${outage.name}: ${role} is not alive`);
        await outage.end(shop, letters);
        await service.untilReady();
        await until(`the letter of ${role} is in ${letters}`, async () => {
          // A broker may not yet know a topic that was made a moment ago.
          const now = await lettersIn(shop, letters).catch(() => 0n);
          return now > lettersBefore && (await isPassed(shop, role));
        });
      }
    }
    await untilSettled(shop);
    const verdict = await judge(shop, await expectedOutcome(shop));
    // The first outage takes what was parked before it; the alert that is none has no id.
    const kept = verdict.differences.filter((line) => !line.startsWith('alerts that nothing brought about: '));
    const strange = verdict.differences.length - kept.length;
    return {
      ...verdict,
      invented: verdict.invented - strange,
      injected,
      differences: [...kept, ...differences],
      measured: { ...verdict.measured, ...told },
    };
  },
};

async function lettersIn(shop: Installation, topic: string): Promise<bigint> {
  const { lowOffset, endOffset } = await shop.offsets.boundsOf(topic, SICK);
  return endOffset - lowOffset;
}

/** Whether everything in the sick partition is passed, the bad record with it. */
async function isPassed(shop: Installation, role: 'scorer' | 'retention'): Promise<boolean> {
  if (role === 'scorer') return (await lagOf(shop)) === 0;
  const topic = shop.topics.alert;
  const { nextOffset } = await createRedisPositions(shop.redis, '', shop.offsets)(topic).read(SICK);
  return nextOffset === (await shop.offsets.boundsOf(topic, SICK)).endOffset;
}

async function start(shop: Installation, role: 'scorer' | 'retention'): Promise<WatchedService> {
  const logDirectory = join(shop.directory, 'watched');
  mkdirSync(logDirectory, { recursive: true });
  const settings = { ...shop.settings, CHURN_HTTP_PORT: String(await freePort()) };
  const service = await startWatched({ name: role, main: `services/${role}/main.ts`, settings, logDirectory });
  shop.processes.push(service);
  await service.untilReady();
  return service;
}

function sendDay(shop: Installation, day: number): Promise<void> {
  const gone = day === 0 ? new Set<string>() : silent;
  return sendRecords(shop, regularLife({ subscriberIds: ids, fromMs: at(day), toMs: at(day + 1), silent: gone }));
}
