import type { Redis } from 'ioredis';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../deploy/local/free-port.ts';
import { startRedis } from '../../../deploy/local/native-redis.ts';
import type { NativeRedis } from '../../../deploy/local/native-redis.ts';
import { until } from '../../support/until.ts';
import type { FaultScenario, ScenarioContext } from '../scenario.ts';
import { resultOf } from './redis-result.ts';
import { openRedisRun, scenarioFolder } from './redis-run.ts';
import { errorsAnswered, openAdmin, reachedBy } from './server-admin.ts';
import { createSetbacks } from './setbacks.ts';
import { openSwitchableGate } from './switchable-gate.ts';
import type { SwitchableGate } from './switchable-gate.ts';
import { untilWorking } from './under-load.ts';

const TIMES = { small: 1, full: 4 };
const HELD_BACK_MS = { small: 1_500, full: 4_000 };
const READ_ONLY_MS = { small: 1_000, full: 3_000 };
const PAUSE_MS = 60_000;

interface Server {
  readonly redis: NativeRedis;
  readonly admin: Redis;
  /** The way of its replica to it. */
  readonly toReplica: SwitchableGate;
}

/**
 *     services ── gate ──► master ── gate ──► replica
 *                            │       cut: the replica falls behind
 *                          killed
 *                └──────────────────────────► replica, read-only for a while, then master
 *
 * The old master comes back with all it has as a replica of the new one, throws it away, and is the next to be promoted.
 */
export const failover: FaultScenario = {
  name: 'failover',
  promise:
    'the master is killed and a replica that lags behind is promoted, first still read-only: states and offset go ' +
    'back together, what is missing is made again',
  async run(context) {
    const directory = scenarioFolder(context);
    let [master, replica] = [
      await openServer(context, join(directory, 'a')),
      await openServer(context, join(directory, 'b')),
    ];
    await follow(replica, master);
    const gate = await openSwitchableGate(context);
    await gate.leadTo(master.redis.port);
    const run = await openRedisRun(context, gate.redisUrl);
    const { partitions, topics } = run.shop;
    const setbacks = createSetbacks();
    const differences: string[] = [];
    let [failovers, readOnly] = [0, 0];

    for (; failovers < TIMES[context.size] && !context.signal.aborted; failovers += 1) {
      await untilWorking(run, master.admin);
      await master.toReplica.cut();
      await untilWorking(run, master.admin);
      await delay(HELD_BACK_MS[context.size]);
      await master.admin.call('CLIENT', 'PAUSE', PAUSE_MS, 'WRITE');
      const before = await reachedBy(master.admin, partitions, topics.alert);
      await master.redis.kill();

      const refusedBefore = await errorsAnswered(replica.admin, 'READONLY');
      await gate.leadTo(replica.redis.port);
      await until('a write is refused', async () => (await errorsAnswered(replica.admin, 'READONLY')) > refusedBefore);
      await delay(READ_ONLY_MS[context.size]);
      readOnly += (await errorsAnswered(replica.admin, 'READONLY')) - refusedBefore;
      setbacks.note(before, await reachedBy(replica.admin, partitions, topics.alert));
      await replica.admin.replicaof('NO', 'ONE');
      await untilWorking(run, replica.admin);

      await master.redis.restart();
      [master, replica] = [replica, master];
      await follow(replica, master);
      context.progress(`promoted ${failovers + 1} times`);
    }
    await run.comeToRest();
    return resultOf(await run.verdict({ redisLosesWritesUntilMs: Infinity }), {
      injected: { failovers, 'commands answered READONLY': readOnly },
      differences: [...differences, ...setbacks.differences(failovers)],
      measured: setbacks.measured(),
    });
  },
};

async function openServer(context: ScenarioContext, dir: string): Promise<Server> {
  const redis = await startRedis({ dir, port: await freePort() });
  context.after(() => redis.kill());
  const toReplica = await openSwitchableGate(context);
  return { redis, admin: openAdmin(context, redis.redisUrl), toReplica };
}

async function follow(replica: Server, master: Server): Promise<void> {
  await master.toReplica.leadTo(master.redis.port);
  await replica.admin.replicaof('127.0.0.1', master.toReplica.port);
  await until('the replica has caught up', async () => {
    const info = await replica.admin.info('replication');
    return /^master_link_status:up/m.test(info) && /^master_sync_in_progress:0/m.test(info);
  });
}
