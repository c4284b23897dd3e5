import { createCivilCalendar } from '../../services/core/time/civil-calendar.ts';
import { parsePartitionRecord } from '../../services/core/partition/partition-record.ts';
import type { PartitionRecord } from '../../services/core/partition/partition-record.ts';
import type { DriftBaseline } from '../../services/core/quality/drift-baseline.ts';
import type { Policy } from '../../services/core/policy/policy.ts';
import { decodeOutboxEntry } from '../../services/scorer/outbox-entry.ts';
import { createPartitionWorker } from '../../services/scorer/partition-worker.ts';
import type { PartitionWorker, PartitionWorkerDeps } from '../../services/scorer/partition-worker.ts';
import type { InputRecord, ParkedRecord, RiskModel } from '../../services/scorer/ports.ts';
import type { MemoryPartitionStore, PartitionDump } from './memory-partition-store.ts';

/** The process is gone at once, in the middle of whatever it awaited. */
export class SimulatedCrash extends Error {
  override readonly name = 'SimulatedCrash';
}

export interface WorkerSetup {
  readonly store: MemoryPartitionStore;
  readonly model: RiskModel;
  readonly policy: Policy;
  readonly parked?: ParkedRecord[];
  readonly commitLimit?: number;
  readonly knownLimit?: number;
  readonly driftBaseline?: DriftBaseline;
  readonly rubbishShare?: number;
}

export interface RunPlan {
  /** Records in each call of `process`, used in turn. */
  readonly batchSizes?: readonly number[];
  /** Records handed over again with each call, as Kafka does. */
  readonly overlap?: number;
  /** At which awaits the process dies, counted from the start or from the last death; after or before it took effect. */
  readonly crashes?: readonly { readonly afterAwaits: number; readonly applied: boolean }[];
}

const PARTITION = 0;
let owners = 0;

export async function openWorker(setup: WorkerSetup, log: readonly InputRecord[]): Promise<PartitionWorker> {
  return acquireWorker(setup, log, (work) => work());
}

/** Reads a whole log through workers that die as planned; each successor goes on from what the store holds. */
export async function runLog(setup: WorkerSetup, log: readonly InputRecord[], plan: RunPlan = {}): Promise<void> {
  const crashes = [...(plan.crashes ?? [])];
  for (;;) {
    const crash = crashes.shift();
    let awaits = 0;
    const guard: Guard = async (work) => {
      const dies = crash !== undefined && awaits++ === crash.afterAwaits;
      if (dies && !crash.applied) throw new SimulatedCrash();
      const result = await work();
      if (dies) throw new SimulatedCrash();
      return result;
    };
    try {
      const worker = await acquireWorker(setup, log, guard);
      await readThrough(worker, log, plan);
      return;
    } catch (error) {
      if (!(error instanceof SimulatedCrash)) throw error;
    }
  }
}

type Guard = <T>(work: () => Promise<T>) => Promise<T>;

async function acquireWorker(setup: WorkerSetup, log: readonly InputRecord[], guard: Guard): Promise<PartitionWorker> {
  const { store, model, policy } = setup;
  const owner = `owner-${++owners}`;
  const hold = await store.acquire(PARTITION, owner);
  const deps: PartitionWorkerDeps = {
    store: {
      readStates: (partition, ids) => guard(() => store.readStates(partition, ids)),
      readWheel: (partition, slots, count) => guard(() => store.readWheel(partition, slots, count)),
      commit: (partition, commit) => guard(() => store.commit(partition, commit)),
    },
    model: { ...model, scoreBatch: (rows, count) => guard(() => model.scoreBatch(rows, count)) },
    driftBaseline: setup.driftBaseline,
    policy,
    calendar: createCivilCalendar(policy.timeZone),
    park: (_partition, parked) =>
      guard(() => {
        setup.parked?.push(...parked);
        return Promise.resolve();
      }),
    partitionOf: (key) => (key.startsWith('stranger') ? 1 : PARTITION),
    commitLimit: setup.commitLimit ?? 1_000,
    knownLimit: setup.knownLimit ?? 20_000,
    ...(setup.rubbishShare === undefined ? {} : { rubbishShare: setup.rubbishShare }),
  };
  return createPartitionWorker(
    PARTITION,
    owner,
    { ...hold, nextOffset: hold.nextOffset ?? log[0]?.offset ?? 0n },
    deps,
  );
}

async function readThrough(worker: PartitionWorker, log: readonly InputRecord[], plan: RunPlan): Promise<void> {
  const sizes = plan.batchSizes ?? [log.length];
  let at = log.findIndex(({ offset }) => offset >= worker.nextOffset());
  for (let call = 0; at >= 0 && at < log.length; call++) {
    const size = Math.max(sizes[call % sizes.length] ?? 1, 1);
    await worker.process(log.slice(Math.max(at - (plan.overlap ?? 0), 0), at + size));
    at += size;
  }
}

export interface StoredOutcome extends Omit<PartitionDump, 'seq' | 'record'> {
  readonly record: PartitionRecord | undefined;
}

/** What is left of a run, apart from how many commits it took. */
export function outcomeOf(store: MemoryPartitionStore): StoredOutcome {
  const { nextOffset, record, states, wheel, bands, outbox, qualityHours } = store.dump(PARTITION);
  return {
    nextOffset,
    record: record === undefined ? undefined : parsePartitionRecord(record),
    states,
    wheel,
    bands,
    outbox,
    qualityHours,
  };
}

/** Kinds and ids in the outbox, oldest first. */
export function outboxIds(store: MemoryPartitionStore, kind: 'alert' | 'score'): string[] {
  return store
    .dump(PARTITION)
    .outbox.map((hex) => decodeOutboxEntry(Buffer.from(hex, 'hex')))
    .filter((entry) => entry.kind === kind)
    .map(({ id }) => id);
}
