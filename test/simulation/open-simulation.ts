import { createOrderKeys } from '../../services/platform/redis/order-keys.ts';
import { deadLetterTopicOf } from '../../services/platform/kafka/dead-letter.ts';
import type { IncomingRecord } from '../../services/platform/kafka/record.ts';
import { createOrderCheck } from './checks/check-orders.ts';
import { createPartitionCheck } from './checks/check-partition.ts';
import { differencesOfStates } from './checks/check-states.ts';
import { readPosition } from './checks/read-position.ts';
import { createUndisturbed } from './checks/undisturbed.ts';
import { createFaultCounts } from './faults.ts';
import { createSimulatedGroup } from './kafka/simulated-group.ts';
import type { SimulatedLog } from './kafka/simulated-log.ts';
import { createSimulatedTopics } from './kafka/simulated-topics.ts';
import type { Installation } from './parts/installation.ts';
import { createSlot } from './parts/fleet.ts';
import { makeLog } from './parts/make-log.ts';
import { createDeskPeople } from './parts/people.ts';
import { createRedisNetwork } from './parts/redis-link.ts';
import { startRetentionPart } from './parts/retention-part.ts';
import { startScorerPart } from './parts/scorer-part.ts';
import { createStorm } from './parts/storm.ts';
import type { Storm } from './parts/storm.ts';
import { drawPlan } from './plan.ts';
import { createSimulatedServer } from './redis/simulated-server.ts';
import { createChance } from './schedule/chance.ts';
import { createScheduler } from './schedule/scheduler.ts';
import { createTrace } from './schedule/trace.ts';
import { ALL_TOPICS, KEYSPACE, RUBBISH, START_MS, TOPICS } from './settings.ts';
import type { SimulationOptions, SimulationResult } from './simulation-result.ts';
import type { World } from './world.ts';

/** A run that is under way. */
export interface Simulation {
  readonly world: World;
  readonly storm: Storm;
  /** The first promise that was broken. */
  broken(): string | undefined;
  isRefused(): boolean;
  /** Where it is settled: whether a reader waits that will refuse to go on with its next record. */
  isGone(): boolean;
  /** Everything is read, told and quiet. */
  isSettled(): boolean;
  tellUnsettled(): string;
  checkEnd(): void;
  compared(): SimulationResult['compared'];
}

/** Longer than anybody at the desk waits before the next thing is done. */
const QUIET_MS = 3_000;

export function openSimulation(seed: number, { mutation, onLine }: SimulationOptions): Simulation {
  const chance = createChance(seed);
  const scheduler = createScheduler();
  const trace = createTrace(onLine);
  const plan = drawPlan(chance);
  const world: World = {
    plan,
    scheduler,
    chance,
    trace,
    faults: createFaultCounts(),
    isStormy: () => scheduler.nowMs() < plan.stormMs,
  };
  const server = createSimulatedServer();
  for (const { original, mutated } of mutation?.scripts ?? []) server.replaceScript(original, mutated);
  let failure: string | undefined;
  let refusal: string | undefined;
  let changedAtMs = 0;
  let clockJumpMs = 0;
  const everyPartition = Array.from({ length: plan.partitions }, (_, partition) => partition);

  function onBroken(invariant: string): void {
    failure ??= invariant;
  }

  const undisturbed = createUndisturbed(plan.partitions, mutation?.ofRecord, (error) => {
    onBroken(`the undisturbed run failed: ${String(error)}`);
  });
  const topics = createSimulatedTopics(ALL_TOPICS, plan.partitions, onAppended);
  const partitionChecks = everyPartition.map((partition) =>
    createPartitionCheck({
      partition,
      server,
      log: topics.logOf(TOPICS.input, partition),
      undisturbed: undisturbed.of(partition),
      onBroken,
    }),
  );
  const orderCheck = createOrderCheck({ server, alertLogs: topics.logsOf(TOPICS.alert), onBroken });

  const redis = createRedisNetwork(world, server, (life, what) => {
    changedAtMs = scheduler.nowMs();
    const partition = /\{p(\d+)\}/.exec(what)?.[1];
    if (partition === undefined) orderCheck.onWrite();
    else partitionChecks[Number(partition)]?.onWrite(life.name);
  });
  const installation: Installation = {
    world,
    topics,
    server,
    redis,
    groups: {
      scorer: createSimulatedGroup(world, 'scorers', plan.partitions),
      alert: createSimulatedGroup(world, 'alert readers', plan.partitions),
      outcome: createSimulatedGroup(world, 'outcome readers', plan.partitions),
    },
    mutation,
    wallMs: () => START_MS + Math.round(scheduler.nowMs()),
    deskMs: () => START_MS + Math.round(scheduler.nowMs()) + clockJumpMs,
    onFatal(life, error) {
      const reason = error instanceof Error ? error.message : String(error);
      trace.note(`${life.name} refuses to go on: ${reason}`);
      if (hasLostEvents()) refusal = reason;
      else onBroken(`${life.name} refused without a cause: ${reason}`);
    },
  };

  const scorers = Array.from({ length: plan.scorers }, (_, i) =>
    createSlot(world, `scorer${i}`, (life) => startScorerPart(installation, life)),
  );
  const retentions = Array.from({ length: plan.retentions }, (_, i) =>
    createSlot(world, `retention${i}`, (life) => startRetentionPart(installation, life)),
  );
  const people = createDeskPeople(installation, () => retentions.flatMap((slot) => slot.current() ?? []));
  const storm = createStorm(installation, [...scorers, ...retentions], {
    onLoss() {
      orderCheck.onLoss();
      for (const check of partitionChecks) check.onWrite(undefined);
      orderCheck.onWrite();
    },
    onClockJump(byMs) {
      clockJumpMs = byMs;
    },
  });

  feed();
  for (const slot of [...scorers, ...retentions])
    scheduler.after(chance.unit() * 300, `${slot.name} is started`, slot.start);

  /** The log comes bit by bit, so that readers also meet its end. */
  function feed(): void {
    let delayMs = 0;
    for (const { partition, key, value, timestampMs } of makeLog(chance, plan.partitions, plan.records)) {
      if (chance.happens(0.5)) delayMs += (chance.unit() * 2 * plan.stormMs) / plan.records;
      scheduler.after(delayMs, `intake writes to ${partition}`, () => {
        const log = topics.logOf(TOPICS.input, partition);
        log.append([{ topic: TOPICS.input, key, value }], timestampMs);
        if (chance.happens(plan.holes)) log.leaveHole(chance.between(1, 3));
      });
    }
  }

  function onAppended(log: SimulatedLog, record: IncomingRecord): void {
    changedAtMs = scheduler.nowMs();
    if (record.value?.equals(RUBBISH) === true) return;
    switch (log.topic) {
      case TOPICS.input:
        undisturbed.take(log.partition, record);
        orderCheck.onInput(record);
        break;
      case TOPICS.score:
      case TOPICS.alert:
        partitionChecks[log.partition]?.onPublished(log.topic, record);
        if (log.topic === TOPICS.alert) orderCheck.onAlert(record);
        break;
      case TOPICS.workOrder:
        orderCheck.onWorkOrder(record);
        if (record.headers['ce_id']?.toString().endsWith('-v1') === true) {
          people.onOrder(record.headers['ce_subject']?.toString() ?? '');
        }
        break;
      case deadLetterTopicOf(TOPICS.input):
        partitionChecks[log.partition]?.onParked(record);
    }
  }

  const readLogs = [TOPICS.input, TOPICS.alert, TOPICS.outcome].flatMap((topic) => topics.logsOf(topic));

  function hasLostEvents(): boolean {
    return readLogs.some((log) => (readPosition(server, log) ?? log.bounds().lowOffset) < log.bounds().lowOffset);
  }

  /**
   * A reader without news cannot tell that what it was to read next is gone: it is told with the next record of that
   * partition, and nothing after it is read before.
   */
  function isGone(log: SimulatedLog): boolean {
    const { lowOffset } = log.bounds();
    const last = log.records.at(-1);
    return (readPosition(server, log) ?? lowOffset) < lowOffset && (last === undefined || last.offset < lowOffset);
  }

  function isRead(log: SimulatedLog): boolean {
    const last = log.records.at(-1);
    return last === undefined || (readPosition(server, log) ?? 0n) > last.offset || isGone(log);
  }

  function unsettled(): string | undefined {
    if (world.isStormy()) return 'the storm goes on';
    if (scheduler.nowMs() - changedAtMs < QUIET_MS) return 'something has just changed';
    const unread = readLogs.find((log) => !isRead(log));
    if (unread !== undefined)
      return `${unread.topic}/${unread.partition} is read to ${readPosition(server, unread)} only`;
    const untold = readLogs.some(isGone) ? undefined : partitionChecks.find((check) => check.isSilent());
    if (untold !== undefined) return 'something decided is not on its topic';
    return server.execute(['XLEN', createOrderKeys(KEYSPACE).outbox]) === 0
      ? undefined
      : "the desk's outbox is not empty";
  }

  return {
    world,
    storm,
    broken: () => failure,
    isRefused: () => refusal !== undefined,
    isGone: () => readLogs.some(isGone),
    isSettled: () => unsettled() === undefined,
    tellUnsettled: () => unsettled() ?? '',
    checkEnd() {
      for (const check of partitionChecks) check.atTheEnd();
      for (const partition of everyPartition)
        differencesOfStates(server, undisturbed.store, partition).forEach(onBroken);
      orderCheck.atTheEnd(people.acknowledged);
    },
    compared: () => ({
      records: topics.logsOf(TOPICS.input).reduce((sum, { records }) => sum + records.length, 0),
      states: everyPartition.reduce(
        (sum, partition) => sum + Object.keys(undisturbed.store.dump(partition).states).length,
        0,
      ),
      alerts: everyPartition.reduce(
        (sum, partition) => sum + undisturbed.of(partition).emitted.filter(({ kind }) => kind === 'alert').length,
        0,
      ),
      orders: orderCheck.orders(),
    }),
  };
}
