import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../support/seeded-random.ts';
import { freePort } from '../../../deploy/local/free-port.ts';
import { startRedis } from '../../../deploy/local/native-redis.ts';
import type { FaultScenario } from '../scenario.ts';
import { cutTail } from './cut-tail.ts';
import { resultOf } from './redis-result.ts';
import { openRedisRun, scenarioFolder } from './redis-run.ts';
import { openAdmin, reachedBy } from './server-admin.ts';
import { openSwitchableGate } from './switchable-gate.ts';
import { createSetbacks } from './setbacks.ts';
import { untilWorking } from './under-load.ts';
import { tooLong } from '../too-long.ts';

const TIMES = { small: 2, full: 8 };
const UNDER_LOAD_FOR_MS = { small: 1_500, full: 4_000 };
const LEAST_CUT_BYTES = 40_000;
const MOST_CUT_BYTES = 400_000;
const PAUSE_MS = 60_000;
/** At rest a scorer looks every 5 s whether Redis went back, and looks twice; then the work itself. */
const MADE_AGAIN_WITHIN_MS = 20_000;

/** Killed, and what it wrote last is gone from its file; the last time when nothing comes any more that would show it. */
export const redisTailLost: FaultScenario = {
  name: 'redis-tail-lost',
  promise:
    'Redis crashes and loses the end of its append-only file, under load and at rest: states and offset go back ' +
    'together, what is missing is made again, and alerts come again under the same ids',
  async run(context) {
    const random = seededRandom(context.seed);
    const dir = join(scenarioFolder(context), 'redis');
    // A rewrite would move what is cut into another file.
    const settings = { 'auto-aof-rewrite-percentage': '0' };
    const redis = await startRedis({ dir, port: await freePort(), settings });
    context.after(() => redis.kill());
    const admin = openAdmin(context, redis.redisUrl);
    const gate = await openSwitchableGate(context);
    await gate.leadTo(redis.port);
    const run = await openRedisRun(context, gate.redisUrl);
    const { partitions, topics } = run.shop;
    const setbacks = createSetbacks();
    let [cuts, cutBytes, within] = [0, 0, 0];

    async function loseTail(): Promise<void> {
      // So that how far it came is known: from here on nobody writes.
      await admin.call('CLIENT', 'PAUSE', PAUSE_MS, 'WRITE');
      const before = await reachedBy(admin, partitions, topics.alert);
      await redis.kill();
      await gate.cut();
      const cut = cutTail(dir, LEAST_CUT_BYTES + Math.floor(random() * (MOST_CUT_BYTES - LEAST_CUT_BYTES)));
      await redis.restart();
      setbacks.note(before, await reachedBy(admin, partitions, topics.alert));
      await gate.leadTo(redis.port);
      cuts += 1;
      cutBytes += cut.cutBytes;
      within += cut.isWithin ? 1 : 0;
      context.progress(`cut ${cuts} times`);
    }

    while (cuts < TIMES[context.size] - 1 && !context.signal.aborted) {
      await untilWorking(run, admin);
      await delay(random() * UNDER_LOAD_FOR_MS[context.size]);
      await loseTail();
      await untilWorking(run, admin);
    }
    await run.comeToRest();
    await loseTail();
    const backAtMs = performance.now();
    await run.comeToRest();
    const madeAgainMs = performance.now() - backAtMs;
    return resultOf(await run.verdict({ redisLosesWritesUntilMs: Infinity }), {
      injected: { 'ends of the file cut off': cuts, 'of them within a command': within },
      differences: [
        ...setbacks.differences(cuts),
        ...tooLong(context.size, 'making again what was cut off at rest', madeAgainMs, MADE_AGAIN_WITHIN_MS),
      ],
      measured: {
        'bytes cut off': cutBytes,
        'made again after a cut at rest within, ms': Math.round(madeAgainMs),
        ...setbacks.measured(),
      },
    });
  },
};
