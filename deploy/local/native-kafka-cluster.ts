import { join } from 'node:path';
import { untilKafkaAnswers } from './await-ready.ts';
import { clusterSettings } from './broker-settings.ts';
import { freePort } from './free-port.ts';
import { startKafka } from './native-kafka.ts';
import type { NativeKafka } from './native-kafka.ts';

/** Three brokers, each a controller, too: any one of them may go and the other two elect what they need. */
export type NativeKafkaCluster = {
  /** By node id less one. Their ids are 1, 2 and 3. */
  readonly members: readonly NativeKafka[];
  readonly brokers: string[];
  kill(): Promise<void>;
};

const MEMBERS = 3;

/** Starts the brokers side by side, for none is ready before it has seen another, and waits until all are known. */
export async function startKafkaCluster(dir: string): Promise<NativeKafkaCluster> {
  const ports = await freePorts(MEMBERS);
  const controllerPorts = await freePorts(MEMBERS);
  const started = await Promise.allSettled(
    ports.map((port, place) =>
      startKafka({
        dir: join(dir, `broker-${place + 1}`),
        port,
        member: { nodeId: place + 1, controllerPorts },
        settings: clusterSettings,
      }),
    ),
  );
  const members = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const brokers = ports.map((port) => `127.0.0.1:${port}`);
  async function kill(): Promise<void> {
    await Promise.all(members.map((member) => member.kill()));
  }
  try {
    const failed = started.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    await untilKafkaAnswers(brokers, AbortSignal.timeout(60_000), MEMBERS);
  } catch (error) {
    await kill();
    throw error;
  }
  return { members, brokers, kill };
}

/** One after the other: asked at once, the system may give one port twice. */
async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
