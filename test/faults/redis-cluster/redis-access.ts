import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../deploy/local/free-port.ts';
import { startKafka } from '../../../deploy/local/native-kafka.ts';
import { readTestStackAddress } from '../../../deploy/local/test-stack-address.ts';
import { createOrderKeys } from '../../../services/platform/redis/order-keys.ts';
import { shippedUser } from '../../platform/redis/shipped-users.ts';
import { withoutOpenssl } from '../../support/certificates.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { startTlsRedis } from '../../support/tls-redis.ts';
import type { TlsRedis } from '../../support/tls-redis.ts';
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
import { answersOf, secretsIn } from '../access/secrets-in.ts';
import { ROTATED_PASSWORD, accessFaults } from './access-faults.ts';
import type { AccessFault } from './access-faults.ts';

const policy = { warmUpDays: 2, suppressAfterOutcomeDays: 3 };
const LOAD = { small: { subscribers: 24, paceMs: 400 }, full: { subscribers: 60, paceMs: 400 } };
const ROLES = ['scorer', 'retention'] as const;
const PASSWORDS = { scorer: 'pass-of-the-scorer', retention: 'pass-of-the-desk' };

/** Services with the shipped rights, over TLS with certificates of their own, from whom something is taken. */
export const redisAccess: FaultScenario = {
  name: 'redis-access',
  promise:
    'Redis is spoken to over TLS by users who may run only what is needed; rights revoked at work and certificates that ' +
    'prove nothing stop the work with words that say what to do and hold no secret, and nothing is lost or half written',
  async run(context) {
    if (withoutOpenssl !== false) return { notRun: withoutOpenssl };
    const server = await startTlsRedis(context);
    await server.admin.config('SET', 'tls-auth-clients', 'yes');
    const users = ROLES.map((role) => shippedUser(role, PASSWORDS[role]));
    for (const { name, rules } of users) await server.admin.call('ACL', 'SETUSER', name, 'reset', ...rules);
    const brokers = readTestStackAddress()?.brokers ?? (await ownKafka(context));
    const stack = { brokers, redisUrl: server.plainUrl };
    const shop = await openInstallation(context, { partitions: 2, policy, stack });
    const services = await startServices(shop, server);
    const load = startLoad(shop, { ...LOAD[context.size], signal: context.signal });
    context.after(async () => {
      await load.stop().catch(() => undefined);
    });

    const differences: string[] = [];
    const injected: Record<string, number> = {};
    const said = new Map<string, string>();
    const all = accessFaults(server, users);
    for (const fault of context.size === 'full' ? all : all.filter(({ isQuick }) => isQuick)) {
      const before = await ordersOf(shop);
      await until('there is an order more', async () => (await ordersOf(shop)) > before);
      await fault.begin();
      injected[fault.name] = 1;
      const told = await suffer(fault, services);
      differences.push(...told.differences);
      said.set(`answers of ${fault.name}`, told.said);
      context.progress(fault.name);
    }
    await load.stop();
    await untilAtRest(shop);
    const verdict = await judge(shop, await expectedOutcome(shop));
    for (const service of services) {
      said.set(`what ${service.name} said`, `${service.logText()}\n${await answersOf(service)}`);
      if (service.process.hasEnded()) differences.push(`${service.name} ended meanwhile`);
      else await service.stopped();
    }
    const secrets = [...Object.values(PASSWORDS), ROTATED_PASSWORD];
    for (const [where, text] of said) differences.push(...secretsIn(where, text, secrets));
    const searched = { 'logs and answers searched for secrets': said.size };
    const found = { ...verdict, compared: { ...verdict.compared, ...searched } };
    return resultOf(found, { injected, differences, measured: { 'subscriber events': load.events() } });
  },
};

/** Until it is told, and after its end until all is well again. @returns what was told otherwise, and all answers. */
async function suffer(
  fault: AccessFault,
  services: readonly WatchedService[],
): Promise<{ readonly differences: readonly string[]; readonly said: string }> {
  const before = services.map((service) => service.logText().length);
  const toldSince = (): string => services.map((service, place) => service.logText().slice(before[place])).join('');
  // The line that tells an outage is written at its beginning, when only the loss of the connection may be known.
  const shown = async (): Promise<boolean> => {
    const all = await Promise.all(services.map((service) => service.readiness()));
    return all.some((one) => one?.status === 503 && one.parts.some(({ detail }) => fault.words.test(detail)));
  };
  const isTold = await until(`it is told: ${fault.name}`, shown).catch(() => false);
  const said = await Promise.all(services.map((service) => answersOf(service)));
  await fault.end();
  for (const service of services) await service.untilReady();
  return {
    differences: [
      ...(isTold ? [] : [`${fault.name}: not told in words; ${toldSince().slice(-1_000)}`]),
      ...(toldSince() === '' ? [`${fault.name}: no line was written`] : []),
    ],
    said: said.join('\n'),
  };
}

function ordersOf({ redis }: Installation): Promise<number> {
  return redis.zcard(createOrderKeys('').all);
}

async function startServices(shop: Installation, server: TlsRedis): Promise<WatchedService[]> {
  const logDirectory = join(shop.directory, 'watched');
  mkdirSync(logDirectory);
  const services: WatchedService[] = [];
  for (const role of ROLES) {
    const { certFile, keyFile } = server.authority.issue(role, { names: [`DNS:${role}`] });
    const settings = {
      ...shop.settings,
      CHURN_REDIS_URL: `rediss://churn-${role}:${PASSWORDS[role]}@localhost:${server.tlsPort}`,
      CHURN_REDIS_CA_FILE: server.authority.caFile,
      CHURN_REDIS_CERT_FILE: certFile,
      CHURN_REDIS_KEY_FILE: keyFile,
      CHURN_HTTP_PORT: String(await freePort()),
    };
    const service = await startWatched({ name: role, main: `services/${role}/main.ts`, settings, logDirectory });
    services.push(service);
    shop.processes.push(service);
  }
  for (const service of services) await service.untilReady();
  return services;
}

async function ownKafka(context: ScenarioContext): Promise<string[]> {
  const kafka = await startKafka({ dir: join(scenarioFolder(context), 'kafka'), port: await freePort() });
  context.after(() => kafka.kill());
  return kafka.brokers;
}
