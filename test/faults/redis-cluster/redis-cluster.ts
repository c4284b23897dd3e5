import { join } from 'node:path';
import { startRedisCluster } from '../../../deploy/local/native-redis-cluster.ts';
import type { ClusterNode, NativeRedisCluster } from '../../../deploy/local/native-redis-cluster.ts';
import { until } from '../../support/until.ts';
import { openRedisRun, scenarioFolder } from '../redis/redis-run.ts';
import type { RedisRun } from '../redis/redis-run.ts';
import { resultOf } from '../redis/redis-result.ts';
import type { FaultScenario } from '../scenario.ts';
import { answersOf, nodesOf, ownerOf, pairOf, slotOf } from './cluster-view.ts';
import { failOver } from './fail-over.ts';
import { migrateSlot } from './migrate-slot.ts';

const ROUNDS = { small: 1, full: 3 };
const MIGRATION_MS = { small: 600, full: 2_500 };
const WORKED_RECORDS = 300;
const ANSWERS = ['ASK', 'TRYAGAIN', 'MOVED', 'CLUSTERDOWN'] as const;

/** Slots that move and a master that dies, of a cluster of three masters and a replica. */
export const redisCluster: FaultScenario = {
  name: 'redis-cluster',
  promise:
    'the slots of partitions and of orders move between the masters of a Redis Cluster key by key, and a master is killed ' +
    'and taken over by its replica, which lacks its last commits: nothing is lost, doubled or invented',
  async run(context) {
    const cluster = await startRedisCluster({ dir: join(scenarioFolder(context), 'cluster'), masters: 3, replicas: 1 });
    context.after(() => cluster.kill());
    const run = await openRedisRun(context, cluster.redisUrl);
    const slots = await slotsOf(cluster, run.shop.partitions);
    // A node forgets its count when it is killed.
    const answers: Record<string, number> = {};
    const count = async (node: ClusterNode): Promise<void> => {
      for (const [word, times] of Object.entries(await answersOf(node, ANSWERS)))
        answers[word] = (answers[word] ?? 0) + times;
    };

    let [migrations, keys, failovers, goneBack, takenOverAfterMs, goneOnAfterMs] = [0, 0, 0, 0, 0, 0];
    for (let round = 0; round < ROUNDS[context.size] && !context.signal.aborted; round += 1) {
      await untilWorking(run);
      const { master, replica } = await pairOf(cluster);
      const others = nodesOf(cluster).filter((node) => node !== replica && node !== master);
      for (const [place, { slot }] of slots.entries()) {
        const from = await ownerOf(cluster, slot);
        // All of them to the master that is going to die, from where they are spread again in the next round.
        const away = others[place % others.length];
        for (const to of from === master ? [away, master] : [master]) {
          if (to === undefined) continue;
          const source = await ownerOf(cluster, slot);
          const rest = [...others, master].filter((node) => node !== to && node !== source);
          keys += await migrateSlot(slot, source, { to, others: rest, lastsMs: MIGRATION_MS[context.size] });
          migrations += 1;
        }
        context.progress(`round ${round + 1}: ${migrations} slots moved`);
      }
      await untilWorking(run);
      await count(master);
      const { partitions } = run.shop;
      const here = Array.from({ length: partitions }, (_, partition) => partition);
      const failed = await failOver(cluster, { master, replica, slot: slots[0]?.slot ?? 0, partitions: here });
      failovers += 1;
      goneBack += failed.goneBack;
      takenOverAfterMs = Math.max(takenOverAfterMs, failed.takenOverAfterMs);
      const backAtMs = performance.now();
      await untilWorking(run);
      goneOnAfterMs = Math.max(goneOnAfterMs, performance.now() - backAtMs);
      context.progress(`round ${round + 1}: a master killed`);
    }
    await run.comeToRest();
    const verdict = await run.verdict({ redisLosesWritesUntilMs: Infinity });
    for (const node of nodesOf(cluster)) await count(node);
    const { ASK: ask = 0, TRYAGAIN: tryAgain = 0, MOVED: moved = 0, CLUSTERDOWN: down = 0 } = answers;
    return resultOf(verdict, {
      injected: { 'slots moved': migrations, 'ASK or TRYAGAIN': ask + tryAgain, 'master killed': failovers },
      differences: [
        ...(ask > 0 && tryAgain > 0 ? [] : [`ASK was answered ${ask} times, TRYAGAIN ${tryAgain} times`]),
        ...(goneBack > 0 ? [] : ['no replica lacked anything when it took over']),
      ],
      measured: {
        'keys moved': keys,
        ASK: ask,
        TRYAGAIN: tryAgain,
        MOVED: moved,
        CLUSTERDOWN: down,
        'records of the log gone back': goneBack,
        'longest until the replica took over, ms': Math.round(takenOverAfterMs),
        'longest until work went on after that, ms': Math.round(goneOnAfterMs),
      },
    });
  },
};

interface TaggedSlot {
  readonly tag: string;
  readonly slot: number;
}

/** The slot of the desk and those of the partitions. */
async function slotsOf(cluster: NativeRedisCluster, partitions: number): Promise<TaggedSlot[]> {
  const [node] = nodesOf(cluster);
  if (node === undefined) throw new Error('the cluster has no nodes');
  const tags = [...Array.from({ length: partitions }, (_, partition) => `p${partition}`), 'orders'];
  return Promise.all(tags.map(async (tag) => ({ tag, slot: await slotOf(node, tag) })));
}

/** Waits until records have been committed in every partition; what cannot be reached for a while is waited for. */
async function untilWorking({ shop, services }: RedisRun): Promise<void> {
  const reached = async (): Promise<number[] | undefined> => {
    const positions = Array.from({ length: shop.partitions }, (_, partition) => shop.store.readPosition(partition));
    return Promise.all(positions).then(
      (found) => found.map(({ nextOffset = 0n }) => Number(nextOffset)),
      () => undefined,
    );
  };
  const before = await until('the cluster answers', reached);
  await until(
    'records are committed in each partition',
    async () => {
      const now = await reached();
      return now?.every((offset, partition) => offset >= (before[partition] ?? 0) + WORKED_RECORDS / shop.partitions);
    },
    {
      state: async () =>
        JSON.stringify([before, await reached(), await Promise.all(services.map((service) => service.readiness()))]),
    },
  );
}
