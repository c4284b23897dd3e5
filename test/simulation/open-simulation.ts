import { createOrderKeys } from '../../services/platform/redis/order-keys.ts';
import { deadLetterTopicOf } from '../../services/platform/kafka/dead-letter.ts';
import type { IncomingRecord } from '../../services/platform/kafka/record.ts';
import { createOrderCheck } from './checks/check-orders.ts';
import { createPartitionCheck } from './checks/check-partition.ts';
import { createRefusalCheck } from './checks/check-refusals.ts';
import { readPosition } from './checks/read-position.ts';
import { createUndisturbed } from './checks/undisturbed.ts';
import { createFaultCounts } from './faults.ts';
import { createSimulatedGroup } from './kafka/simulated-group.ts';
import type { SimulatedGroup } from './kafka/simulated-group.ts';
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
  /** Whether some reader refused to go on, or waits and will with its next record. */
  isRefused(): boolean;
  /** Everything is read, told and quiet, except for what was rightly refused. */
  isSettled(): boolean;
  tellUnsettled(): string;
  checkEnd(): void;
  compared(): SimulationResult['compared'];
}

/** Longer than anybody at the desk waits before the next thing is done. */
const QUIET_MS = 3_000;
/** Longer than any reader waits before it looks for lost positions, whatever has just gone wrong. */
const STALLED_MS = 20_000;

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
  const readLogs = [TOPICS.input, TOPICS.alert, TOPICS.outcome].flatMap((topic) => topics.logsOf(topic));
  const refusals = createRefusalCheck({ server, logs: readLogs, onBroken });
  const orderCheck = createOrderCheck({ server, alertLogs: topics.logsOf(TOPICS.alert), onBroken });

  const redis = createRedisNetwork(world, server, (life, what) => {
    changedAtMs = scheduler.nowMs();
    const partition = /\{p(\d+)\}/.exec(what)?.[1];
    if (partition === undefined) orderCheck.onWrite();
    else partitionChecks[Number(partition)]?.onWrite(life.name);
  });
  const groups = {
    scorer: createSimulatedGroup(world, 'scorers', plan.partitions),
    alert: createSimulatedGroup(world, 'alert readers', plan.partitions),
    outcome: createSimulatedGroup(world, 'outcome readers', plan.partitions),
  };
  const installation: Installation = {
    world,
    topics,
    server,
    redis,
    groups,
    mutation,
    wallMs: () => START_MS + Math.round(scheduler.nowMs()),
    deskMs: () => START_MS + Math.round(scheduler.nowMs()) + clockJumpMs,
    onFatal(life, log, error) {
      trace.note(`${life.name} refuses to go on: ${String(error)}`);
      refusals.onRefused(life.name, log, error);
      groupOf(log).withdraw(log.partition);
      for (const slot of slots) slot.giveUp(life);
    },
  };

  const scorers = Array.from({ length: plan.scorers }, (_, i) =>
    createSlot(world, `scorer${i}`, (life) => startScorerPart(installation, life)),
  );
  const retentions = Array.from({ length: plan.retentions }, (_, i) =>
    createSlot(world, `retention${i}`, (life) => startRetentionPart(installation, life)),
  );
  const slots = [...scorers, ...retentions];
  const people = createDeskPeople(installation, () => retentions.flatMap((slot) => slot.current() ?? []));
  const storm = createStorm(installation, slots, {
    onTrim: refusals.onLoss,
    onLoss() {
      refusals.onLoss();
      orderCheck.onLoss();
      for (const check of partitionChecks) check.onWrite(undefined);
      orderCheck.onWrite();
    },
    onClockJump(byMs) {
      clockJumpMs = byMs;
    },
  });

  feed();
  for (const slot of slots) scheduler.after(chance.unit() * 300, `${slot.name} is started`, slot.start);

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

  function groupOf({ topic }: SimulatedLog): SimulatedGroup {
    if (topic === TOPICS.input) return groups.scorer;
    return topic === TOPICS.alert ? groups.alert : groups.outcome;
  }

  function isRead(log: SimulatedLog): boolean {
    const last = log.records.at(-1);
    if (last === undefined || refusals.isRefused(log) || refusals.isGone(log)) return true;
    return (readPosition(server, log) ?? 0n) > last.offset;
  }

  /** Whether all of the log can be read, so that all has to come of it. */
  function isWhole(partition: number): boolean {
    return !refusals.isCut(topics.logOf(TOPICS.input, partition));
  }

  /** No reader goes back any more by itself. */
  function requireNonePassed(): void {
    if (world.isStormy() || scheduler.nowMs() - changedAtMs < STALLED_MS) return;
    for (const log of readLogs) {
      const position = readPosition(server, log) ?? 0n;
      const stand = groupOf(log).committed(log.partition) ?? 0n;
      const next = log.records.find(({ offset }) => offset >= position);
      if (isRead(log) || next === undefined || stand <= next.offset) continue;
      onBroken(
        `invariant 3: offset ${next.offset} of ${log.topic}/${log.partition} is passed over: readers are at ${stand}`,
      );
    }
  }

  function unsettled(): string | undefined {
    if (world.isStormy()) return 'the storm goes on';
    if (scheduler.nowMs() - changedAtMs < QUIET_MS) return 'something has just changed';
    const unread = readLogs.find((log) => !isRead(log));
    if (unread !== undefined)
      return `${unread.topic}/${unread.partition} is read to ${readPosition(server, unread)} only`;
    if (partitionChecks.some((check, partition) => isWhole(partition) && check.isSilent()))
      return 'something decided is not on its topic';
    return server.execute(['XLEN', createOrderKeys(KEYSPACE).outbox]) === 0
      ? undefined
      : "the desk's outbox is not empty";
  }

  return {
    world,
    storm,
    broken: () => failure,
    isRefused: () => readLogs.some((log) => refusals.isCut(log)),
    isSettled() {
      requireNonePassed();
      return unsettled() === undefined;
    },
    tellUnsettled: () => unsettled() ?? '',
    checkEnd() {
      const keys = Object.keys(server.dump());
      for (const [partition, check] of partitionChecks.entries()) {
        check.requireKept(keys);
        if (isWhole(partition)) check.requireTold();
      }
      orderCheck.atTheEnd(people.acknowledged, refusals.isCut);
    },
    compared: () => ({
      records: topics.logsOf(TOPICS.input).reduce((sum, { records }) => sum + records.length, 0),
      states: everyPartition.reduce((sum, partition) => sum + undisturbed.of(partition).held().states.size, 0),
      alerts: everyPartition.reduce(
        (sum, partition) => sum + undisturbed.of(partition).emitted.filter(({ kind }) => kind === 'alert').length,
        0,
      ),
      orders: orderCheck.orders(),
    }),
  };
}
