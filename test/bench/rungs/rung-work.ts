import { decodeLogRecord } from '../../../services/contracts/log-record.ts';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import type { SubscriberEvent } from '../../../services/core/events/subscriber-event.ts';
import { validateRecord } from '../../../services/core/events/validate-record.ts';
import { foldEvent } from '../../../services/core/subscriber/fold-event.ts';
import { newSubscriber } from '../../../services/core/subscriber/subscriber-state.ts';
import type { SubscriberState } from '../../../services/core/subscriber/subscriber-state.ts';
import { createCivilCalendar } from '../../../services/core/time/civil-calendar.ts';
import { createPartitionOf } from '../../../services/platform/kafka/partition.ts';
import { openRiskModel } from '../../../services/platform/onnx/risk-model.ts';
import { loadPolicy } from '../../../services/platform/policy/load-policy.ts';
import { createPartitionWorker } from '../../../services/scorer/partition-worker.ts';
import type { PartitionWorker } from '../../../services/scorer/partition-worker.ts';
import type { InputRecord } from '../../../services/scorer/ports.ts';
import { SCORER_NUMBERS } from '../harness/scorer-numbers.ts';
import { createMemoryPartitionStore } from '../../support/memory-partition-store.ts';

/** The steps that a scorer's work is made of, each with all before it. The last, the commit, is the scorer itself. */
export const RUNGS = ['consume', 'decode', 'fold', 'features and model'] as const;
export type Rung = (typeof RUNGS)[number];

/** Takes one slice of a partition's records. */
export type TakeRecords = (partition: number, records: readonly InputRecord[]) => void | Promise<void>;

export interface RungSetup {
  readonly partitions: number;
  readonly policyFile: string;
  readonly modelDirectory: string;
}

/** @returns the rung's work and how many events it took so far, where it can tell them from marks. */
export async function openRung(
  rung: Rung,
  setup: RungSetup,
): Promise<{ readonly take: TakeRecords; readonly counts: () => { events: number; scored: number } }> {
  switch (rung) {
    case 'consume':
      return { take: () => undefined, counts: () => ({ events: 0, scored: 0 }) };
    case 'decode':
      return openDecode();
    case 'fold':
      return openFold(setup);
    case 'features and model':
      return openWorkers(setup);
  }
}

function openDecode(): Awaited<ReturnType<typeof openRung>> {
  let events = 0;
  return {
    take(_partition, records) {
      for (const record of records) if (eventOf(record) !== undefined) events++;
    },
    counts: () => ({ events, scored: 0 }),
  };
}

/** States stay as they are in memory: neither read from bytes nor written to them. */
function openFold({ policyFile }: RungSetup): Awaited<ReturnType<typeof openRung>> {
  const calendar = createCivilCalendar(loadPolicy(policyFile).timeZone);
  const states = new Map<string, SubscriberState>();
  let events = 0;
  return {
    take(_partition, records) {
      for (const record of records) {
        const event = eventOf(record);
        if (event === undefined) continue;
        events++;
        let state = states.get(event.subscriberId);
        if (state === undefined) {
          state = newSubscriber(event.occurredAtMs);
          states.set(event.subscriberId, state);
        }
        foldEvent(state, event, { calendar, acceptedFromMs: undefined });
      }
    },
    counts: () => ({ events, scored: 0 }),
  };
}

/** The scorer's own workers, over a store in memory: states are turned into bytes, but go nowhere. */
async function openWorkers(setup: RungSetup): Promise<Awaited<ReturnType<typeof openRung>>> {
  const { partitions } = setup;
  const policy = loadPolicy(setup.policyFile);
  const model = await openRiskModel(setup.modelDirectory);
  const memory = createMemoryPartitionStore(partitions);
  const workers = new Map<number, Promise<PartitionWorker>>();
  const made: PartitionWorker[] = [];

  async function open(partition: number): Promise<PartitionWorker> {
    const hold = { ...(await memory.acquire(partition, 'bench')), nextOffset: 0n };
    const worker = createPartitionWorker(partition, 'bench', hold, {
      // Nobody publishes here: what would wait for it is let go.
      store: { ...memory, commit: (at, commit) => memory.commit(at, { ...commit, outbox: [] }) },
      model,
      policy,
      calendar: createCivilCalendar(policy.timeZone),
      park: () => Promise.resolve(),
      partitionOf: createPartitionOf(partitions),
      commitLimit: SCORER_NUMBERS.commitLimit,
      knownLimit: Math.ceil(SCORER_NUMBERS.knownStates / partitions),
    });
    made.push(worker);
    return worker;
  }

  return {
    async take(partition, records) {
      const known = workers.get(partition) ?? open(partition);
      workers.set(partition, known);
      await (await known).process(records);
    },
    counts() {
      const counts = made.map((worker) => worker.record().counts);
      return {
        events: counts.reduce((sum, { folded }) => sum + folded, 0),
        scored: counts.reduce((sum, { scored }) => sum + scored, 0),
      };
    },
  };
}

function eventOf(record: InputRecord): SubscriberEvent | undefined {
  if (record.value === null) return undefined;
  const decoded = decodeLogRecord(record.value);
  if (!decoded.ok) return undefined;
  const origin = { key: record.key?.toString() ?? null, timestampMs: record.timestampMs };
  const valid = validateRecord(decoded.value, origin);
  return valid.ok && !isPartitionMark(valid.value) ? valid.value : undefined;
}
