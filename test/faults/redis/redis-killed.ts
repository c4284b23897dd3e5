import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../deploy/local/free-port.ts';
import { startRedis } from '../../../deploy/local/native-redis.ts';
import type { NativeRedis } from '../../../deploy/local/native-redis.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import type { FaultScenario } from '../scenario.ts';
import { resultOf } from './redis-result.ts';
import { openRedisRun, scenarioFolder } from './redis-run.ts';
import { openAdmin } from './server-admin.ts';
import { untilWorking } from './under-load.ts';

/** In each of the two modes. */
const KILLS = { small: 2, full: 10 };
const UNDER_LOAD_FOR_MS = { small: 600, full: 2_500 };
const AWAY_FOR_MS = { small: 400, full: 1_500 };

/** Killed again and again under load, and brought back on its append-only file. */
export const redisKilled: FaultScenario = {
  name: 'redis-killed',
  promise:
    'Redis is killed under load and comes back with its append-only file, flushed each second or always: ' +
    'nothing is lost, doubled or invented',
  async run(context) {
    const random = seededRandom(context.seed);
    const place = { dir: join(scenarioFolder(context), 'redis'), port: await freePort() };
    const first = await startRedis({ ...place, appendfsync: 'everysec' });
    context.after(() => first.kill());
    const admin = openAdmin(context, first.redisUrl);
    const run = await openRedisRun(context, first.redisUrl);
    const injected: Record<string, number> = {};
    let goneOnAfterMs = 0;

    async function killAgainAndAgain(redis: NativeRedis, mode: string): Promise<void> {
      for (let kills = 1; kills <= KILLS[context.size] && !context.signal.aborted; kills += 1) {
        await untilWorking(run, admin);
        await delay(random() * UNDER_LOAD_FOR_MS[context.size]);
        await redis.kill();
        await delay(random() * AWAY_FOR_MS[context.size]);
        await redis.restart();
        const backAtMs = performance.now();
        await untilWorking(run, admin);
        goneOnAfterMs = Math.max(goneOnAfterMs, performance.now() - backAtMs);
        injected[`kill -9, appendfsync ${mode}`] = kills;
        context.progress(`${mode}: killed ${kills} times`);
      }
    }

    await killAgainAndAgain(first, 'everysec');
    await first.kill();
    const second = await startRedis({ ...place, appendfsync: 'always' });
    context.after(() => second.kill());
    const acknowledgedBefore = run.desk.acknowledged();
    // Before, what was written while a flush was under way may be gone with the process.
    const durableFromMs = Date.now();
    await killAgainAndAgain(second, 'always');
    await run.comeToRest();
    const { lost } = await run.desk.outcome(run.shop, acknowledgedBefore);
    return resultOf(await run.verdict({ redisLosesWritesUntilMs: durableFromMs }), {
      injected,
      // Of what was flushed before it was answered nothing may be missing.
      differences: lost > 0 ? [`appendfsync always: ${lost} changes were answered with success and are gone`] : [],
      measured: { 'longest until work went on, ms': Math.round(goneOnAfterMs) },
    });
  },
};
