import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../deploy/local/free-port.ts';
import { startRedis } from '../../../deploy/local/native-redis.ts';
import { deadLetterTopicOf } from '../../../services/platform/kafka/dead-letter.ts';
import { createOrderKeys } from '../../../services/platform/redis/order-keys.ts';
import { openAuthority, withoutOpenssl } from '../../support/certificates.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { startSecuredKafka } from '../../support/secured-kafka.ts';
import type { SecuredKafka } from '../../support/secured-kafka.ts';
import { shippedKafkaRights } from '../../support/shipped-kafka-rights.ts';
import { until } from '../../support/until.ts';
import { startWatched } from '../../support/watched-service.ts';
import type { WatchedService } from '../../support/watched-service.ts';
import { untilAtRest } from '../redis/at-rest.ts';
import { resultOf } from '../redis/redis-result.ts';
import { scenarioFolder } from '../redis/redis-run.ts';
import { startLoad } from '../redis/steady-load.ts';
import type { FaultScenario, ScenarioContext } from '../scenario.ts';
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import { judge } from '../verdict/judge.ts';
import { WRONG_PASSWORD, revokedRights, wrongSettings } from './kafka-faults.ts';
import type { RevokedRight } from './kafka-faults.ts';

const policy = { warmUpDays: 2, suppressAfterOutcomeDays: 3 };
const LOAD = {
  small: { subscribers: 16, paceMs: 400, rounds: 1, wrongSettings: 4 },
  full: { subscribers: 60, paceMs: 400, rounds: 3, wrongSettings: 8 },
};
const ROLES = ['scorer', 'retention'] as const;
type Role = (typeof ROLES)[number];
const PASSWORDS: Readonly<Record<Role, string>> = {
  scorer: 'pass-of-the-scorer-8471',
  retention: 'pass-of-the-desk-2096',
};

/** Services with the shipped rights, over TLS and as users with passwords, from whom something is taken. */
export const kafkaAccess: FaultScenario = {
  name: 'kafka-access',
  promise:
    'Kafka is spoken to over TLS by users who may do only what is needed; settings that prove nothing are waited on and rights ' +
    'revoked at work stop the work, with words that say what to do and hold no secret, and nothing is lost',
  async run(context) {
    if (withoutOpenssl !== false) return { notRun: withoutOpenssl };
    const folder = scenarioFolder(context);
    const kafka = await startSecuredKafka(context, folder);
    const redis = await startRedis({ dir: join(folder, 'redis'), port: await freePort() });
    context.after(() => redis.kill());
    const stack = { brokers: [...kafka.plainBrokers], redisUrl: redis.redisUrl };
    const shop = await openInstallation(context, { partitions: 2, policy, stack });
    await kafka.setPasswords(Object.fromEntries(ROLES.map((role) => [`churn-${role}`, PASSWORDS[role]])));
    const rights = shippedKafkaRights(namesIn(shop));
    await kafka.grant(rights);
    const logDirectory = join(shop.directory, 'watched');
    mkdirSync(logDirectory);
    const services = await Promise.all(
      ROLES.map(async (role) => {
        const settings = { ...settingsOf(role, shop, kafka, folder), CHURN_HTTP_PORT: String(await freePort()) };
        return await watch(shop, { name: role, main: `services/${role}/main.ts`, settings, logDirectory });
      }),
    );
    for (const service of services) await service.untilReady();
    context.progress('all are ready');
    const { subscribers, paceMs, rounds } = LOAD[context.size];
    const load = startLoad(shop, { subscribers, paceMs, signal: context.signal });
    context.after(async () => {
      await load.stop().catch(() => undefined);
    });
    const injected: Record<string, number> = {};
    const differences: string[] = [];

    for (let round = 0; round < rounds; round++) {
      for (const fault of revokedRights(rights, shop.topics)) {
        const before = await ordersOf(shop);
        await until('there is an order more', async () => (await ordersOf(shop)) > before);
        differences.push(...(await suffer(fault, kafka, services)));
        injected[fault.name] = (injected[fault.name] ?? 0) + 1;
        context.progress(fault.name);
      }
    }
    await load.stop();
    await untilAtRest(shop);
    const verdict = await judge(shop, await expectedOutcome(shop));
    const refused = await tryWrongSettings(context, shop, kafka, { folder, logDirectory });
    for (const service of services) {
      if (service.process.hasEnded()) differences.push(`${service.name} ended meanwhile`);
      else await service.stopped();
    }
    const spoken = [...services, ...refused.services].flatMap(secretsIn);
    return resultOf(verdict, {
      injected: { ...injected, ...refused.injected },
      differences: [...differences, ...refused.differences, ...spoken],
      measured: { 'subscriber events': load.events() },
    });
  },
};

/** The shop's names of the topics and groups that the shipped rights are about. */
function namesIn({ topics, settings }: Installation): (name: string) => string {
  const names = new Map([
    ['telco.subscriber.event.v1', topics.input],
    ['churn.risk-score.v1', topics.score],
    ['churn.risk-alert.v1', topics.alert],
    ['retention.outcome.v1', topics.outcome],
    ['retention.work-order.v1', topics.workOrder],
  ]);
  for (const [shipped, own] of [...names]) names.set(deadLetterTopicOf(shipped), deadLetterTopicOf(own));
  names.set('churn-scorer', settings['CHURN_SCORER_GROUP'] ?? '');
  names.set('churn-retention.', `${settings['CHURN_RETENTION_GROUP'] ?? ''}.`);
  return (name) => names.get(name) ?? name;
}

function settingsOf(role: Role, shop: Installation, kafka: SecuredKafka, folder: string): Record<string, string> {
  const passwordFile = join(folder, `${role}.password`);
  writeFileSync(passwordFile, `${PASSWORDS[role]}\n`);
  return {
    ...shop.settings,
    CHURN_KAFKA_BROKERS: kafka.brokersOf.secure,
    CHURN_KAFKA_TLS: 'on',
    CHURN_KAFKA_CA_FILE: kafka.authority.caFile,
    CHURN_KAFKA_SASL: 'scram-sha-512',
    CHURN_KAFKA_USER: `churn-${role}`,
    CHURN_KAFKA_PASSWORD_FILE: passwordFile,
  };
}

async function watch(shop: Installation, options: Parameters<typeof startWatched>[0]): Promise<WatchedService> {
  const service = await startWatched(options);
  shop.processes.push(service);
  return service;
}

/** Until it is told, and after its end until all is well again. @returns what was told otherwise. */
async function suffer(
  fault: RevokedRight,
  kafka: SecuredKafka,
  services: readonly WatchedService[],
): Promise<string[]> {
  const before = services.map((service) => service.logText().length);
  const toldSince = (): string => services.map((service, place) => service.logText().slice(before[place])).join('');
  await kafka.revoke(fault.right);
  const isTold = (): Promise<boolean> => Promise.resolve(fault.words.test(toldSince()));
  const told = await until(`it is told: ${fault.name}`, isTold).catch(() => false);
  const isMissed = await until('a service is not ready', async () =>
    (await Promise.all(services.map((service) => service.readiness()))).some((shown) => shown?.status === 503),
  ).catch(() => false);
  await kafka.grant([fault.right]);
  for (const service of services) await service.untilReady();
  return [
    ...(told ? [] : [`${fault.name}: not told in words; ${toldSince().slice(-1_000)}`]),
    ...(isMissed ? [] : [`${fault.name}: all services went on saying that they are ready`]),
  ];
}

/** Scorers that cannot prove who they are, or to whom a broker cannot: they wait and say why. */
async function tryWrongSettings(
  context: ScenarioContext,
  shop: Installation,
  kafka: SecuredKafka,
  { folder, logDirectory }: { readonly folder: string; readonly logDirectory: string },
): Promise<{
  readonly services: WatchedService[];
  readonly injected: Record<string, number>;
  readonly differences: string[];
}> {
  const stranger = openAuthority(join(folder, 'certificates'), 'stranger');
  const good = settingsOf('scorer', shop, kafka, folder);
  const services: WatchedService[] = [];
  const injected: Record<string, number> = {};
  const differences: string[] = [];
  const wrong = wrongSettings(kafka.brokersOf, stranger.caFile, kafka.plainBrokers[0] ?? '');
  const tried = wrong.slice(0, LOAD[context.size].wrongSettings);
  await Promise.all(
    tried.map(async ({ name, words, settings }) => {
      const service = await watch(shop, {
        name: name.replaceAll(' ', '-'),
        main: 'services/scorer/main.ts',
        settings: { ...good, ...settings },
        logDirectory,
      });
      services.push(service);
      const isTold = (): Promise<boolean> => Promise.resolve(words.test(service.logText()));
      const told = await until(name, isTold).catch(() => false);
      const shown = await service.readiness();
      if (!told) differences.push(`${name}: not told in words; ${service.logText().slice(-1_000)}`);
      if (shown?.status !== 503) differences.push(`${name}: /readyz answers ${shown?.status ?? 'nothing'}`);
      const { how } = await service.stopped();
      if (how !== 'exit code 0') differences.push(`${name}: it ended with ${how}`);
      injected[name] = 1;
    }),
  );
  context.progress(`${tried.length} wrong settings`);
  return { services, injected, differences };
}

function ordersOf({ redis }: Installation): Promise<number> {
  return redis.zcard(createOrderKeys('').all);
}

function secretsIn(service: WatchedService): string[] {
  const log = service.logText();
  const secrets = [...Object.values(PASSWORDS), WRONG_PASSWORD, 'PRIVATE KEY', 'BEGIN CERTIFICATE'];
  return secrets.filter((secret) => log.includes(secret)).map((secret) => `the log of ${service.name} holds ${secret}`);
}
