import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Redis } from 'ioredis';
import { freePort } from '../../../deploy/local/free-port.ts';
import { startKafka } from '../../../deploy/local/native-kafka.ts';
import { startRedis } from '../../../deploy/local/native-redis.ts';
import { ensureTopics } from '../../../services/platform/kafka/topics.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { startIntake } from '../../support/intake-process.ts';
import { startWatched } from '../../support/watched-service.ts';
import type { WatchedService } from '../../support/watched-service.ts';
import { scenarioFolder } from '../redis/redis-run.ts';
import type { ScenarioContext } from '../scenario.ts';
import { feedTexts } from './feed-texts.ts';
import { SECRETS } from './marked-things.ts';

/** A whole installation on servers of its own, whose files can be searched. */
export interface PrivateShop {
  readonly shop: Installation;
  /** The operator's own topic, which holds numbers. */
  readonly sourceTopic: string;
  readonly rejectTopic: string;
  readonly kafkaFolder: string;
  readonly redisFolder: string;
  readonly logFolder: string;
  readonly scorer: WatchedService;
  readonly retention: WatchedService;
  /** Of retention's HTTP. */
  readonly address: string;
  /** Whatever runs, by the address of its metrics and health. */
  readonly operations: readonly string[];
  readonly crash: () => Promise<number>;
}

export async function openPrivateShop(context: ScenarioContext): Promise<PrivateShop> {
  const folder = scenarioFolder(context);
  const [kafkaFolder, redisFolder] = [join(folder, 'kafka'), join(folder, 'redis')];
  const [kafka, redis] = await Promise.all([
    startKafka({ dir: kafkaFolder, port: await freePort() }),
    startRedis({ dir: redisFolder, port: await freePort() }),
  ]);
  context.after(async () => {
    await Promise.all([kafka.kill(), redis.kill()]);
  });
  const redisUrl = await withPassword(redis.redisUrl);
  const policy = { timeZone: 'Asia/Shanghai', requiredFeeds: ['voice'], latenessLimitDays: 10, staleAfterHours: 240 };
  const stack = { brokers: kafka.brokers, redisUrl };
  const shop = await openInstallation(context, { partitions: 2, quietDays: 6, policy, stack });
  const [sourceTopic, rejectTopic] = ['operator.top-up', 'operator.rejects'];
  await ensureTopics(shop.kafka, [
    { topic: sourceTopic, partitions: 1 },
    { topic: rejectTopic, partitions: 1 },
  ]);
  const logFolder = join(shop.directory, 'logs');
  mkdirSync(join(shop.directory, 'console'));
  const [httpPort, intakePort] = [await freePort(), await freePort()];
  const settings = {
    ...shop.settings,
    CHURN_PSEUDONYM_KEY_ID: 'k1',
    CHURN_PSEUDONYM_SECRET: SECRETS.pseudonym,
    CHURN_AUTH: 'api-key',
    CHURN_API_KEYS: `desk:${createHash('sha256').update(SECRETS.apiKey).digest('hex')}:churn:score:read+workorder:read+workorder:write`,
    CHURN_HTTP_PORT: String(httpPort),
    CHURN_LOG_LEVEL: 'debug',
    NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, 'crash-on-signal.ts')).href}`,
  };
  const start = async (name: 'scorer' | 'retention'): Promise<WatchedService> => {
    const service = await startWatched({ name, main: `services/${name}/main.ts`, settings, logDirectory: logFolder });
    shop.processes.push(service);
    return service;
  };
  const [scorer, retention] = [await start('scorer'), await start('retention')];
  const intake = await startIntake(shop, feedTexts(shop, sourceTopic, rejectTopic), {
    ...settings,
    CHURN_OPERATIONS_PORT: String(intakePort),
  });
  await Promise.all([scorer.untilReady(), retention.untilReady()]);
  return {
    shop: { ...shop, settings },
    sourceTopic,
    rejectTopic,
    kafkaFolder,
    redisFolder,
    logFolder,
    scorer,
    retention,
    address: `http://127.0.0.1:${httpPort}`,
    operations: [scorer.operations, retention.operations, `http://127.0.0.1:${intakePort}`],
    async crash() {
      const services = [scorer, retention, intake];
      for (const { process: kept } of services) kept.signal('SIGUSR2');
      const ends = await Promise.all(services.map(({ process: kept }) => kept.ended));
      return ends.filter((how) => how === 'exit code 1').length;
    },
  };
}

/** The URL with the password that is asked for from now on. */
async function withPassword(redisUrl: string): Promise<string> {
  const admin = new Redis(redisUrl);
  await admin.config('SET', 'requirepass', SECRETS.redis);
  admin.disconnect();
  return redisUrl.replace('redis://', `redis://default:${SECRETS.redis}@`);
}
