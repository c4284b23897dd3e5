import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../deploy/local/free-port.ts';
import { startRedis } from '../../../deploy/local/native-redis.ts';
import { createOrderKeys } from '../../../services/platform/redis/order-keys.ts';
import { withoutOpenssl } from '../../support/certificates.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { startSecuredKafka } from '../../support/secured-kafka.ts';
import type { SecuredKafka } from '../../support/secured-kafka.ts';
import { until } from '../../support/until.ts';
import { startWatched } from '../../support/watched-service.ts';
import type { WatchedService } from '../../support/watched-service.ts';
import { untilAtRest } from '../redis/at-rest.ts';
import { resultOf } from '../redis/redis-result.ts';
import { scenarioFolder } from '../redis/redis-run.ts';
import { startLoad } from '../redis/steady-load.ts';
import type { FaultScenario } from '../scenario.ts';
import { expectedOutcome } from '../verdict/expected-outcome.ts';
import { judge } from '../verdict/judge.ts';
import { checkRights } from './check-rights.ts';
import { WRONG_PASSWORD, revokedRights } from './kafka-faults.ts';
import type { RevokedRight } from './kafka-faults.ts';
import { PASSWORDS, ROLES, namesIn, settingsOf, sourceTopicOf } from './kafka-roles.ts';
import { answersOf, secretsIn } from './secrets-in.ts';
import { rightToRead, shippedRights } from './shipped-rights.ts';
import { rowsInLog, startSourceRows } from './source-rows.ts';
import { tryWrongSettings } from './try-wrong-settings.ts';

/** Time goes by the load's feeds: the rows of intake, which bring no marks, would carry it off before these begin. */
const policy = { warmUpDays: 2, suppressAfterOutcomeDays: 3, requiredFeeds: ['account', 'voice'] };
const LOAD = {
  small: { subscribers: 16, paceMs: 400, rounds: 1 },
  full: { subscribers: 60, paceMs: 400, rounds: 3 },
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
    await kafka.setPasswords(PASSWORDS);
    const shipped = shippedRights(namesIn(shop));
    const rights = shipped.map(({ right }) => right);
    await kafka.grant([...rights, rightToRead('churn-intake', sourceTopicOf(shop))]);
    const source = await startSourceRows(shop, context.signal);
    const logDirectory = join(shop.directory, 'watched');
    mkdirSync(logDirectory);
    const services = await Promise.all(
      ROLES.map(async (role) => {
        const settings = { ...settingsOf(role, shop, kafka, folder), CHURN_HTTP_PORT: String(await freePort()) };
        const service = await startWatched({ name: role, main: `services/${role}/main.ts`, settings, logDirectory });
        shop.processes.push(service);
        return service;
      }),
    );
    for (const service of services) await service.untilReady();
    context.progress('all are ready');
    const { subscribers, paceMs, rounds } = LOAD[context.size];
    const load = startLoad(shop, { subscribers, paceMs, signal: context.signal });
    context.after(async () => {
      await Promise.allSettled([load.stop(), source.stop()]);
    });
    const injected: Record<string, number> = {};
    const differences: string[] = [];
    const said = new Map<string, string>();

    const faults = revokedRights(rights, shop.topics);
    for (let round = 0; round < rounds; round++) {
      for (const fault of context.size === 'full' ? faults : faults.filter(({ isQuick }) => isQuick)) {
        const before = await ordersOf(shop);
        await until('there is an order more', async () => (await ordersOf(shop)) > before);
        const told = await suffer(fault, kafka, services);
        differences.push(...told.differences);
        said.set(`answers of ${fault.name}`, told.said);
        injected[fault.name] = (injected[fault.name] ?? 0) + 1;
        context.progress(fault.name);
      }
    }
    const rows = await source.stop();
    const rowsFound = await rowsInLog(shop, rows);
    if (rowsFound !== rows) differences.push(`of ${rows} rows ${rowsFound} came through intake`);
    await load.stop();
    await untilAtRest(shop);
    const verdict = await judge(shop, await expectedOutcome(shop));
    const refused = await tryWrongSettings(context, shop, kafka, { folder, logDirectory });
    for (const service of services) {
      said.set(`the log of ${service.name}`, `${service.logText()}\n${await answersOf(service)}`);
      if (service.process.hasEnded()) differences.push(`${service.name} ended meanwhile`);
      else await service.stopped();
    }
    const minimal = await checkRights(shop, kafka, shipped);
    context.progress(`${minimal.lines} lines of acls.csv`);
    const secrets = [...Object.values(PASSWORDS), WRONG_PASSWORD];
    const spoken = [...said, ...refused.said].flatMap(([where, text]) => secretsIn(where, text, secrets));
    return resultOf(
      {
        ...verdict,
        compared: {
          ...verdict.compared,
          'rows of the intake': rows,
          'logs and answers searched for secrets': said.size + refused.said.size,
        },
      },
      {
        injected: { ...injected, ...refused.injected, 'lines of acls.csv taken away, one by one': minimal.lines },
        differences: [...differences, ...refused.differences, ...minimal.differences, ...spoken],
        measured: { 'subscriber events': load.events() },
      },
    );
  },
};

/** Until it is told by the one who lacks the right, and after its end until all is well again. */
async function suffer(
  fault: RevokedRight,
  kafka: SecuredKafka,
  services: readonly WatchedService[],
): Promise<{ readonly differences: readonly string[]; readonly said: string }> {
  const service = services.find(({ name }) => name === fault.role);
  if (service === undefined) throw new Error(`no ${fault.role} runs`);
  const before = service.logText().length;
  const toldSince = (): string => service.logText().slice(before);
  await kafka.revoke(fault.right);
  const isTold = (): Promise<boolean> => Promise.resolve(fault.words.test(toldSince()));
  const told = await until(`it is told: ${fault.name}`, isTold).catch(() => false);
  const isMissed = await until(
    `${fault.role} is not ready`,
    async () => (await service.readiness())?.status === 503,
  ).catch(() => false);
  const said = await Promise.all(services.map((one) => answersOf(one)));
  await kafka.grant([fault.right]);
  for (const one of services) await one.untilReady();
  return {
    differences: [
      ...(told ? [] : [`${fault.name}: not told in words; ${toldSince().slice(-1_000)}`]),
      ...(isMissed ? [] : [`${fault.name}: ${fault.role} went on saying that it is ready`]),
    ],
    said: said.join('\n'),
  };
}

function ordersOf({ redis }: Installation): Promise<number> {
  return redis.zcard(createOrderKeys('').all);
}
