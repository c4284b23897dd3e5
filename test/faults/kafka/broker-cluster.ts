import { setTimeout as delay } from 'node:timers/promises';
import type { NativeKafka } from '../../../deploy/local/native-kafka.ts';
import { ensureTopics } from '../../../services/platform/kafka/topics.ts';
import type { FaultScenario, ScenarioContext } from '../scenario.ts';
import { tooLong } from '../too-long.ts';
import { closeBooks } from './close-books.ts';
import { moveLeaders, openClusterShop, topicsOf, untilInSync } from './cluster-shop.ts';
import type { ClusterShop } from './cluster-shop.ts';
import { startLoad } from './load.ts';
import { configureTopics } from './log-damage.ts';
import type { Load } from './load.ts';
import { untilSendIsRefused } from './probe-topic.ts';
import { serve } from './serve.ts';

const SIZES = {
  small: { leaderMoves: 1, brokersKilled: 1, frozenMs: 0, twoDownMs: 2_000 },
  full: { leaderMoves: 2, brokersKilled: 3, frozenMs: 60_000, twoDownMs: 20_000 },
};
/**
 * A broker's own session of 9 s, then requests that wait 10 s each: the one under way, one that asks the frozen broker who
 * has taken over, and a rebalance that waits for the member that hears of it last.
 */
const GOES_ON_WITHIN_MS = 60_000;
const PROBE_TOPIC = 'probe.v1';

interface Work {
  readonly context: ScenarioContext;
  readonly place: ClusterShop;
  readonly load: Load;
  readonly injected: Record<string, number>;
  readonly measured: Record<string, number>;
  readonly differences: string[];
}

/** Replication 3, min.insync.replicas 2, unclean leader election off: with one broker gone work goes on. */
export const brokerCluster: FaultScenario = {
  name: 'broker-cluster',
  isAlone: true,
  promise:
    'of three brokers leaders move, each is killed in turn, then two at once: what was acknowledged is kept and counts once',
  async run(context) {
    const size = SIZES[context.size];
    const place = await openClusterShop(context, 3);
    const { shop, cluster } = place;
    await ensureTopics(shop.kafka, [{ topic: PROBE_TOPIC, partitions: 1 }]);
    const services = await serve(shop, ['scorer', 'scorer', 'retention']);
    const load = await startLoad(context, shop, { subscribers: 12, paceMs: 400 });
    await load.untilUnderWay();
    const work: Work = { context, place, load, injected: {}, measured: {}, differences: [] };

    for (let moves = 0; moves < size.leaderMoves; moves++) {
      count(work, 'leader moves', await moveLeaders(place));
      await load.untilMoreIsCommitted();
    }
    for (const member of cluster.members.slice(0, size.brokersKilled)) await killOne(work, member);
    if (size.frozenMs > 0) await freezeOne(work, size.frozenMs);
    await killTwo(work, size.twoDownMs);
    const { injected, measured, differences } = work;
    return closeBooks({ context, shop, load, services, injected, measured, differences });
  },
};

/** The other two elect new leaders and coordinators, and all goes on without it. */
async function killOne(work: Work, member: NativeKafka): Promise<void> {
  const { place, load } = work;
  await member.kill();
  count(work, 'broker of three kill -9', 1);
  const goneAtMs = performance.now();
  await load.untilMoreIsCommitted();
  longest(work, 'longest wait for a commit with a broker gone, ms', performance.now() - goneAtMs);
  await refuseForWantOfReplicas(work);
  await member.restart();
  await untilInSync(place);
  work.context.progress('a broker of three was killed and is back in sync');
}

/** With one gone nobody can have three copies: where three are asked for, the broker refuses each record. */
async function refuseForWantOfReplicas(work: Work): Promise<void> {
  const { shop } = work.place;
  const names = [...topicsOf(shop), PROBE_TOPIC];
  await configureTopics(shop, names, 'min.insync.replicas', 3);
  await untilSendIsRefused(shop.kafka.brokers, PROBE_TOPIC, /^NOT_ENOUGH_REPLICAS/);
  count(work, 'sends refused for want of replicas', 1);
  await delay(1_000);
  await configureTopics(shop, names, 'min.insync.replicas', 2);
  await work.load.untilMoreIsCommitted();
}

/** It keeps its connections and answers nothing: the others take over when its session is over. */
async function freezeOne(work: Work, lastsMs: number): Promise<void> {
  const { place, load, context } = work;
  const [member] = place.cluster.members;
  if (member === undefined) return;
  process.kill(member.pid, 'SIGSTOP');
  count(work, `broker of three frozen for ${lastsMs / 1_000} s`, 1);
  const frozenAtMs = performance.now();
  // Twice: what was on its way is committed even so.
  await load.untilDayIsTaken();
  await load.untilMoreIsCommitted();
  const goesOnMs = performance.now() - frozenAtMs;
  longest(work, 'work goes on with a broker frozen after, ms', goesOnMs);
  work.differences.push(...tooLong(context.size, 'work with a broker frozen', goesOnMs, GOES_ON_WITHIN_MS));
  await delay(Math.max(lastsMs - goesOnMs, 0));
  process.kill(member.pid, 'SIGCONT');
  await load.untilMoreIsCommitted();
  await untilInSync(place);
  context.progress('a broker of three was frozen');
}

/** Without a majority nobody leads anew, and without two copies nothing is acknowledged. */
async function killTwo(work: Work, lastsMs: number): Promise<void> {
  const { place, load, context } = work;
  const [, ...two] = place.cluster.members;
  await Promise.all(two.map((member) => member.kill()));
  count(work, 'two brokers of three kill -9', 1);
  const refusal = await untilSendIsRefused(place.shop.kafka.brokers.slice(0, 1), PROBE_TOPIC, /./);
  context.progress(`with two brokers of three gone a send ends with ${refusal}`);
  count(work, 'sends not acknowledged with two brokers gone', 1);
  await delay(lastsMs);
  await Promise.all(two.map((member) => member.restart()));
  const backAtMs = performance.now();
  await untilInSync(place);
  await load.untilMoreIsCommitted();
  longest(work, 'wait for a commit after two brokers are back, ms', performance.now() - backAtMs);
}

function count({ injected }: Work, what: string, times: number): void {
  injected[what] = (injected[what] ?? 0) + times;
}

function longest({ measured }: Work, what: string, ms: number): void {
  measured[what] = Math.max(measured[what] ?? 0, Math.round(ms));
}
