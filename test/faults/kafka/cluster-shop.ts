import { Kafka, logLevel } from 'kafkajs';
import type { Admin } from 'kafkajs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../deploy/local/free-port.ts';
import { startKafkaCluster } from '../../../deploy/local/native-kafka-cluster.ts';
import type { NativeKafkaCluster } from '../../../deploy/local/native-kafka-cluster.ts';
import { startRedis } from '../../../deploy/local/native-redis.ts';
import { openInstallation } from '../../support/installation.ts';
import type { Installation } from '../../support/installation.ts';
import { until } from '../../support/until.ts';
import type { ScenarioContext } from '../scenario.ts';
import { untilDone } from './log-damage.ts';

export interface ClusterShop {
  readonly cluster: NativeKafkaCluster;
  readonly shop: Installation;
  readonly admin: Admin;
}

/** An installation on three brokers of its own, each topic on all of them. */
export async function openClusterShop(context: ScenarioContext, partitions: number): Promise<ClusterShop> {
  const directory = mkdtempSync(join(tmpdir(), 'churn-cluster-'));
  context.after(async () => {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    await Promise.resolve();
  });
  const [cluster, redis] = await Promise.all([
    startKafkaCluster(join(directory, 'kafka')),
    startRedis({ dir: join(directory, 'redis'), port: await freePort() }),
  ]);
  context.after(async () => {
    await Promise.all([cluster.kill(), redis.kill()]);
  });
  const { brokers } = cluster;
  const shop = await openInstallation(context, { partitions, stack: { brokers, redisUrl: redis.redisUrl } });
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: { retries: 20 } }).admin();
  await admin.connect();
  context.after(() => admin.disconnect());
  return { cluster, shop, admin };
}

export function topicsOf({ topics }: Installation): readonly string[] {
  const { input, score, alert, workOrder, outcome } = topics;
  return [input, score, alert, workOrder, outcome];
}

interface PartitionPlace {
  readonly topic: string;
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

async function placesOf({ admin, shop }: ClusterShop): Promise<PartitionPlace[]> {
  const { topics } = await untilDone('a broker tells where partitions are', () =>
    admin.fetchTopicMetadata({ topics: [...topicsOf(shop)] }),
  );
  return topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionId, leader, replicas, isr }): PartitionPlace => ({
      topic: name,
      partition: partitionId,
      leader,
      replicas,
      inSync: Array.from<number>(isr),
    })),
  );
}

/** Waits until all replicas of everything hold everything again. */
export async function untilInSync(clusterShop: ClusterShop): Promise<void> {
  await until('all replicas are in sync', async () =>
    (await placesOf(clusterShop)).every(({ replicas, inSync }) => inSync.length === replicas.length),
  );
}

/** Makes another broker the leader of each partition. @returns how many leaders moved. */
export async function moveLeaders(clusterShop: ClusterShop): Promise<number> {
  const before = await placesOf(clusterShop);
  const topics = Map.groupBy(before, ({ topic }) => topic);
  await clusterShop.admin.alterPartitionReassignments({
    topics: Array.from(topics, ([topic, places]) => ({
      topic,
      // The first replica is the preferred leader; the controller makes it one.
      partitionAssignment: places.map(({ partition, leader, replicas }) => ({
        partition,
        replicas: [...replicas.filter((node) => node !== leader), leader],
      })),
    })),
    timeout: 10_000,
  });
  const leaderBefore = new Map(before.map(({ topic, partition, leader }) => [`${topic}/${partition}`, leader]));
  await until('every leader has moved', async () =>
    (await placesOf(clusterShop)).every(
      ({ topic, partition, leader }) => leader !== leaderBefore.get(`${topic}/${partition}`),
    ),
  );
  return before.length;
}
