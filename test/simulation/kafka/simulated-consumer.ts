import { createPartitionFailures } from '../../../services/platform/kafka/partition-failures.ts';
import type { FailurePolicy } from '../../../services/platform/kafka/partition-failures.ts';
import type { NextRead, PartitionHandlers } from '../../../services/platform/kafka/partition-consumer.ts';
import type { Life } from '../schedule/life.ts';
import type { World } from '../world.ts';
import { askBroker } from './ask-broker.ts';
import { createBatchesInWork } from './batches-in-work.ts';
import { RebalanceError } from './simulated-group.ts';
import type { Assignment, GroupMember, SimulatedGroup } from './simulated-group.ts';
import type { SimulatedLog } from './simulated-log.ts';

export interface SimulatedConsumerSettings {
  readonly logs: readonly SimulatedLog[];
  readonly group: SimulatedGroup;
  readonly partitionsAtOnce: number;
  readonly commitIntervalMs: number;
  readonly failures: FailurePolicy;
}

export interface SimulatedConsumer {
  /** Leaves the group after the batches in work. */
  stop(): Promise<void>;
}

const HEARTBEAT_INTERVAL_MS = 300;
const SESSION_MS = 3_000;
const NOTICE_WITHIN_MS = 300;
const SEEK_AGAIN_AFTER_MS = 300;
const WATCH_INTERVAL_MS = 2_500;

/** A fetch, as it comes from a broker. */
interface Fetched {
  readonly records: ReturnType<SimulatedLog['read']>['records'];
  readonly fetchedFrom: bigint;
  readonly nextOffset: bigint;
  readonly endOffset: bigint;
}

/** A member's place in one generation of its group. */
interface Membership extends Assignment {
  readonly ended: PromiseWithResolvers<undefined>;
  isOver: boolean;
}

/**
 * Drives handlers as startPartitionConsumer does with its client: what was known is void at each assignment; batches
 * come again after a throw, after a pause; a batch of an earlier generation may still be in work when its partition
 * comes back; heartbeats throw once the group has moved on, and not before one is due; where reading begins is what the
 * group knows, until a seek.
 */
export function startSimulatedConsumer(
  world: World,
  life: Life,
  settings: SimulatedConsumerSettings,
  handlers: PartitionHandlers,
): SimulatedConsumer {
  const { scheduler, chance, plan, faults } = world;
  const { logs, group } = settings;
  const failures = createPartitionFailures(settings.failures, () => scheduler.nowMs());
  /** Where the next fetch of a partition begins, and seeks that wait for it. */
  const positions = new Map<number, bigint>();
  const seeks = new Map<number, bigint>();
  const goesOnAt = new Map<number, bigint>();
  const paused = new Map<number, PromiseWithResolvers<undefined>>();
  const committedAt = new Map<number, number>();
  const inWork = createBatchesInWork(settings.partitionsAtOnce);
  let current: Membership | undefined;
  let lastBeatMs = 0;
  let hasMissedNotice = false;
  let isWatching = false;
  let isStopping = false;
  const stopped = Promise.withResolvers<undefined>();

  const member: GroupMember = {
    name: life.name,
    onRebalance() {
      const ofNow = current;
      scheduler.after(chance.unit() * NOTICE_WITHIN_MS, `${life.name} hears of a rebalance`, () => {
        if (current === ofNow) life.whileAlive(notice);
      });
    },
    worksOn: (partition) => life.isAlive() && inWork.has(partition),
  };
  life.onDeath(() => {
    scheduler.after(SESSION_MS, `${life.name} session ends`, () => {
      group.expire(member);
    });
  });

  /** The client's own heartbeats come between fetches, and fetches of one broker wait for the batches of that broker. */
  function notice(): void {
    if (inWork.count() === 0 || chance.happens(0.3)) endMembership();
    else hasMissedNotice = true;
  }

  function logOf(partition: number): SimulatedLog {
    const log = logs[partition];
    if (log === undefined) throw new RangeError(`there is no partition ${partition}`);
    return log;
  }

  function pause(ms: number, what: string): Promise<void> {
    return new Promise((resolve) => {
      scheduler.after(ms, `${life.name} ${what}`, () => {
        life.whileAlive(resolve);
      });
    });
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      const joined = await joinGroup();
      const membership: Membership = { ...joined, ended: Promise.withResolvers(), isOver: false };
      current = membership;
      lastBeatMs = scheduler.nowMs();
      hasMissedNotice = false;
      positions.clear();
      goesOnAt.clear();
      for (const partition of paused.keys()) resume(partition);
      failures.keepOnly(joined.partitions);
      handlers.onAssigned(joined.partitions);
      handlers.onState('joined', joined.partitions.join(' '));
      for (const partition of joined.partitions) {
        void seekToPosition(partition, membership);
        void readPartition(partition, membership);
      }
      await membership.ended.promise;
    }
    current = undefined;
    handlers.onAssigned([]);
    await inWork.whenIdle();
    group.leave(member);
    handlers.onState('left', '');
    stopped.resolve(undefined);
  }

  async function joinGroup(): Promise<Assignment> {
    for (;;) {
      try {
        await askBroker(world, life, 'finds its coordinator', () => undefined);
        const assignment = await group.join(member);
        if (life.isAlive()) return assignment;
        return await new Promise<never>(() => undefined);
      } catch {
        await pause(SEEK_AGAIN_AFTER_MS, 'joins again');
      }
    }
  }

  async function seekToPosition(partition: number, membership: Membership): Promise<void> {
    while (current === membership) {
      try {
        const offset = await handlers.positionOf?.(partition);
        if (offset !== undefined && current === membership) seek(partition, offset);
        return;
      } catch (error) {
        handlers.onState('seek-failed', String(error));
        await pause(SEEK_AGAIN_AFTER_MS, `seeks again in ${partition}`);
      }
    }
  }

  async function readPartition(partition: number, membership: Membership): Promise<void> {
    while (current === membership && !membership.isOver && !isStopping) {
      const fetched = await fetch(partition);
      if (fetched === undefined) continue;
      await inWork.begin(partition);
      try {
        if (isWanted(partition, membership)) await handBatch(partition, fetched);
      } catch {
        endMembership();
      } finally {
        inWork.end(partition);
        if (hasMissedNotice && inWork.count() === 0) endMembership();
      }
    }
  }

  /** The client joins again. */
  function endMembership(): void {
    if (current === undefined) return;
    current.isOver = true;
    current.ended.resolve(undefined);
  }

  /** Whether what was fetched meanwhile is still what the client would hand out. */
  function isWanted(partition: number, membership: Membership): boolean {
    return (
      current === membership && !membership.isOver && !isStopping && !seeks.has(partition) && !paused.has(partition)
    );
  }

  /** Every few seconds, as where a position that lives elsewhere was lost no batch may tell. */
  async function seekWhereLost(): Promise<void> {
    const membership = current;
    const idle = [...goesOnAt].filter(([partition]) => !inWork.has(partition));
    const looks = idle.map(async ([partition, next]) => {
      const offset = await handlers.positionOf?.(partition);
      const isAsBefore = current === membership && goesOnAt.get(partition) === next && !inWork.has(partition);
      if (offset !== undefined && offset < next && isAsBefore) seek(partition, offset);
    });
    await Promise.allSettled(looks);
  }

  function watchPositions(): void {
    scheduler.after(WATCH_INTERVAL_MS, `${life.name} looks for lost positions`, () => {
      if (!life.isAlive() || isStopping) return;
      void seekWhereLost();
      watchPositions();
    });
  }

  /** What a broker gives once there is something; undefined where the client has to ask again. */
  async function fetch(partition: number): Promise<Fetched | undefined> {
    await paused.get(partition)?.promise;
    const log = logOf(partition);
    const sought = seeks.get(partition);
    if (sought !== undefined) {
      seeks.delete(partition);
      positions.set(partition, sought);
    }
    const from = positions.get(partition) ?? group.committed(partition) ?? 0n;
    positions.set(partition, from);
    const { lowOffset, endOffset } = log.bounds();
    if (from < lowOffset || from > endOffset) {
      // The client begins anew with the earliest there is.
      positions.set(partition, lowOffset);
      await pause(SEEK_AGAIN_AFTER_MS / 10, `finds ${partition} out of range`);
      return undefined;
    }
    await newsBehind(log, from);
    try {
      return await askBroker(world, life, `fetches ${log.topic}/${partition} from ${from}`, () => {
        if (log.bounds().lowOffset > from) return undefined;
        const { records, nextOffset } = log.read(from, chance.between(1, plan.fetchRecords));
        return { records, nextOffset, fetchedFrom: from, endOffset: log.bounds().endOffset };
      });
    } catch {
      return undefined;
    }
  }

  /** Resolves once there is something to fetch, or soon after a seek elsewhere. */
  function newsBehind(log: SimulatedLog, offset: bigint): Promise<void> {
    return new Promise((resolve) => {
      log.whenBehind(offset, resolve);
      wakers.set(log.partition, resolve);
    });
  }
  const wakers = new Map<number, () => void>();

  async function handBatch(partition: number, fetched: Fetched): Promise<void> {
    const { records, nextOffset, fetchedFrom, endOffset } = fetched;
    if (records.length === 0) {
      positions.set(partition, nextOffset);
      handlers.onPassed?.(partition, fetchedFrom, nextOffset);
      return;
    }
    // Until now the client's own heartbeats told that it lives.
    if (inWork.count() === 1) lastBeatMs = scheduler.nowMs();
    watchSession();
    if ((records[0]?.offset ?? fetchedFrom) > fetchedFrom) faults.count('records after a hole in the log');
    let left: { readonly error: unknown } | undefined;
    async function heartbeat(): Promise<void> {
      try {
        await beat();
      } catch (error) {
        left = { error };
        throw error;
      }
    }
    const ofNow = current;
    let next: NextRead;
    try {
      next = await handlers.onBatch({
        partition,
        records,
        fetchedFrom,
        nextOffset,
        endOffset,
        heartbeat,
        isCurrent: () => current !== undefined && !isStopping && !seeks.has(partition),
      });
    } catch (error) {
      if (left !== undefined) throw left.error;
      if (ofNow === undefined || current === undefined) throw error;
      pauseAfter(partition, error);
      return;
    }
    if (failures.succeeded(partition)) handlers.onRecovered?.(partition);
    if (next.type === 'seek') {
      seek(partition, next.offset);
      return;
    }
    positions.set(partition, next.offset);
    if (!seeks.has(partition)) goesOnAt.set(partition, next.offset);
    const isSoon = scheduler.nowMs() - (committedAt.get(partition) ?? -Infinity) < settings.commitIntervalMs;
    if (isSoon && next.offset < endOffset) return;
    committedAt.set(partition, scheduler.nowMs());
    const { generation } = ofNow ?? { generation: 0 };
    const { offset } = next;
    await askBroker(world, life, `commits ${partition} at ${offset}`, () => {
      group.require(member, generation);
      group.commit(partition, offset);
    });
  }

  function seek(partition: number, offset: bigint): void {
    goesOnAt.set(partition, offset);
    seeks.set(partition, offset);
    wakers.get(partition)?.();
  }

  /** Of the client's present membership, also when a batch of an earlier one asks. */
  async function beat(): Promise<void> {
    const membership = current;
    if (membership === undefined) throw new RebalanceError('this membership has ended');
    if (scheduler.nowMs() < lastBeatMs + HEARTBEAT_INTERVAL_MS) return;
    await askBroker(world, life, 'heartbeat', () => {
      group.require(member, membership.generation);
      lastBeatMs = scheduler.nowMs();
    });
  }

  /** A batch that takes longer than a session without a heartbeat costs the membership. */
  function watchSession(): void {
    if (isWatching) return;
    isWatching = true;
    scheduler.after(SESSION_MS, `${life.name} session`, () => {
      isWatching = false;
      if (!life.isAlive() || inWork.count() === 0) return;
      if (scheduler.nowMs() - lastBeatMs >= SESSION_MS) {
        faults.count('session lost');
        group.expire(member);
      } else watchSession();
    });
  }

  function pauseAfter(partition: number, error: unknown): void {
    const failure = failures.failed(partition, error);
    if (!paused.has(partition)) paused.set(partition, Promise.withResolvers());
    const ofNow = current;
    scheduler.after(failure.waitMs / 4, `${life.name} resumes ${partition}`, () => {
      if (current === ofNow)
        life.whileAlive(() => {
          resume(partition);
        });
    });
    handlers.onFailing?.(partition, error, failure);
  }

  function resume(partition: number): void {
    paused.get(partition)?.resolve(undefined);
    paused.delete(partition);
  }

  void run();
  watchPositions();

  return {
    stop() {
      isStopping = true;
      current?.ended.resolve(undefined);
      return stopped.promise;
    },
  };
}
