import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../deploy/local/free-port.ts';
import { startRedis } from '../../../deploy/local/native-redis.ts';
import type { FaultScenario } from '../scenario.ts';
import { loadingSlowly } from './loading-slowly.ts';
import { resultOf } from './redis-result.ts';
import { openRedisRun, scenarioFolder } from './redis-run.ts';
import { REFUSAL_SETTINGS, refusalsOf } from './refusals.ts';
import type { Refusal } from './refusals.ts';
import { errorsAnswered, openAdmin } from './server-admin.ts';
import { watchOutage } from './told-outages.ts';
import { untilWorking } from './under-load.ts';

const LASTS_MS = { small: 500, full: 8_000 };
const FROZEN_MS = { small: 4_000, full: 30_000 };

/** What a server can refuse, or leave unanswered, that runs or loads what it had. */
export const redisRefuses: FaultScenario = {
  name: 'redis-refuses',
  promise:
    'Redis answers READONLY, BUSY, MISCONF, OOM, NOAUTH or LOADING, or nothing at all, under load: commits are refused ' +
    'whole, each outage is told once for what it is, readiness says why, work goes on by itself, and no change of an order ' +
    'that was answered with success is gone',
  async run(context) {
    const dir = join(scenarioFolder(context), 'redis');
    const redis = await startRedis({ dir, port: await freePort(), settings: REFUSAL_SETTINGS });
    context.after(() => redis.kill());
    const admin = openAdmin(context, redis.redisUrl);
    const run = await openRedisRun(context, redis.redisUrl);
    const injected: Record<string, number> = {};
    const differences: string[] = [];
    const measured: Record<string, number> = {};

    async function suffer(refusal: Refusal): Promise<void> {
      const { name, word, cause } = refusal;
      await untilWorking(run, admin);
      const before = word === undefined ? 0 : await errorsAnswered(admin, word);
      const outage = watchOutage(run.services, name);
      const startedAtMs = performance.now();
      await refusal.begin();
      measured[`${name}: noticed after, ms`] = await outage.untilNoticed(cause);
      const lastsMs = word === undefined ? FROZEN_MS[context.size] : LASTS_MS[context.size];
      await delay(Math.max(lastsMs - (performance.now() - startedAtMs), 0));
      await refusal.end();
      measured[`${name}: ready again after, ms`] = await outage.untilOver();
      differences.push(...outage.differences());
      if (word === undefined) injected[name] = 1;
      else injected[`answered ${word}`] = (await errorsAnswered(admin, word)) - before;
      context.progress(`it was: ${name}`);
    }

    for (const refusal of refusalsOf(redis, admin, openAdmin(context, redis.redisUrl), dir)) await suffer(refusal);
    const evicted = Number(/^evicted_keys:(\d+)/m.exec(await admin.info('stats'))?.[1]);
    if (evicted !== 0) differences.push(`${evicted} keys were dropped`);
    await suffer(loadingSlowly(redis, admin));
    await untilWorking(run, admin);
    for (const [what, times] of Object.entries(injected)) if (times === 0) differences.push(`nobody was ${what}`);
    await run.comeToRest();
    const verdict = await run.verdict();
    const { acknowledged, lost } = verdict.desk;
    if (acknowledged === 0) differences.push('the desk changed nothing');
    // It was never killed, so nothing that was answered may be missing.
    if (lost > 0) differences.push(`${lost} of ${acknowledged} changes were answered with success and are gone`);
    return resultOf(verdict, { injected, differences, measured });
  },
};
