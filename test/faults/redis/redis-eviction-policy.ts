import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../deploy/local/free-port.ts';
import { startRedis } from '../../../deploy/local/native-redis.ts';
import { startWatched } from '../../support/watched-service.ts';
import { until } from '../../support/until.ts';
import type { FaultScenario, ScenarioContext } from '../scenario.ts';
import { scenarioFolder } from './redis-run.ts';

const POLICIES = { small: ['allkeys-lru'], full: ['allkeys-lru', 'volatile-ttl', 'allkeys-random'] };
const REFUSED = 'exit code 78';
const ENDS_WITHIN_MS = 60_000;

/** A Redis that drops keys when it is full would lose state without a word. */
export const redisEvictionPolicy: FaultScenario = {
  name: 'redis-eviction-policy',
  promise: 'a Redis that would drop keys to make room is refused at start',
  async run(context) {
    const policies = POLICIES[context.size];
    const found: string[] = [];
    for (const policy of policies) found.push(...(await endsOn(context, policy)));
    const differences = found.filter((how) => how !== REFUSED);
    return {
      injected: { 'policies that evict': policies.length },
      compared: { refusals: found.length },
      lost: null,
      doubled: null,
      invented: null,
      differences,
      measured: {},
    };
  },
};

/** How the services ended that were started on it: as they should, or in words. */
async function endsOn(context: ScenarioContext, policy: string): Promise<string[]> {
  const directory = scenarioFolder(context);
  const settings = { 'maxmemory-policy': policy };
  const redis = await startRedis({ dir: join(directory, 'redis'), port: await freePort(), settings });
  context.after(() => redis.kill());
  const logDirectory = join(directory, 'logs');
  mkdirSync(logDirectory);
  return Promise.all(
    ['scorer', 'retention'].map(async (name) => {
      const service = await startWatched({
        name,
        main: `services/${name}/main.ts`,
        // Nobody needs to answer there: Redis is asked first.
        settings: { CHURN_REDIS_URL: redis.redisUrl, CHURN_KAFKA_BROKERS: '127.0.0.1:1' },
        logDirectory,
      });
      context.after(async () => {
        service.process.signal('SIGKILL');
        await service.process.ended;
      });
      const hasEnded = (): Promise<boolean> => Promise.resolve(service.process.hasEnded());
      await until(`${name} refuses ${policy}`, hasEnded, { withinMs: ENDS_WITHIN_MS });
      const how = await service.process.ended;
      const isTold = service.logText().includes(`maxmemory-policy is ${policy}`);
      return isTold ? how : `${name} on a Redis with ${policy} ended with ${how}, and did not say why`;
    }),
  );
}
