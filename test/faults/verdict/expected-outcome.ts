import type { PartitionRecord } from '../../../services/core/partition/partition-record.ts';
import { NEW_PARTITION, parsePartitionRecord } from '../../../services/core/partition/partition-record.ts';
import { createCivilCalendar } from '../../../services/core/time/civil-calendar.ts';
import { createPartitionOf } from '../../../services/platform/kafka/partition.ts';
import { readTopicInBatches } from '../../../services/platform/kafka/read-topic.ts';
import { openRiskModel } from '../../../services/platform/onnx/risk-model.ts';
import { loadPolicy } from '../../../services/platform/policy/load-policy.ts';
import type { PartitionStore } from '../../../services/platform/redis/partition-store.ts';
import { decodeOutboxEntry } from '../../../services/scorer/outbox-entry.ts';
import type { OutboxEntry } from '../../../services/scorer/outbox-entry.ts';
import { createPartitionWorker } from '../../../services/scorer/partition-worker.ts';
import type { PartitionWorker, PartitionWorkerDeps } from '../../../services/scorer/partition-worker.ts';
import type { Installation } from '../../support/installation.ts';
import { createMemoryPartitionStore } from '../../support/memory-partition-store.ts';
import { asDigest } from './published.ts';
import type { TellContent } from './published.ts';

/** What an input log brings about where nothing goes wrong. */
export interface ExpectedOutcome {
  /** Stored bytes in hex, by subscriber. */
  readonly states: ReadonlyMap<string, string>;
  /** By partition. */
  readonly records: readonly PartitionRecord[];
  /** How `alerts` and `scores` tell their contents. */
  readonly tellContent: TellContent;
  /** Contents by id. */
  readonly alerts: ReadonlyMap<string, string>;
  readonly scores: ReadonlyMap<string, string>;
  /** Parked and late records by "partition/offset", with the reason. */
  readonly parked: ReadonlyMap<string, string>;
  /** Records of the log, marks and rubbish among them. */
  readonly logRecords: number;
}

const SLICE_RECORDS = 5_000;
const OWNER = 'undisturbed';

/**
 * Reads the input log as it stands in Kafka and runs it once from its beginning, in this process and in memory. The
 * code is that of the scorer, whose features and decisions have oracles of their own; what is left out is all that can
 * fail: Redis, groups, restarts, sending.
 */
export async function expectedOutcome(
  shop: Installation,
  tellContent: TellContent = asDigest,
): Promise<ExpectedOutcome> {
  const { partitions, topics, settings } = shop;
  const policy = loadPolicy(required(settings, 'CHURN_POLICY_FILE'));
  const model = await openRiskModel(required(settings, 'CHURN_MODEL_DIRECTORY'));
  const store = createMemoryPartitionStore(partitions);
  const parked = new Map<string, string>();
  const published = { alert: new Map<string, string>(), score: new Map<string, string>() };
  const deps: PartitionWorkerDeps = {
    store,
    model,
    driftBaseline: model.driftBaseline,
    policy,
    calendar: createCivilCalendar(policy.timeZone),
    park(partition, records) {
      for (const { record, reason } of records) parked.set(`${partition}/${record.offset}`, reason);
      return Promise.resolve();
    },
    partitionOf: createPartitionOf(partitions),
    commitLimit: 2_500,
    knownLimit: 100_000,
  };
  try {
    const workers = new Map<number, PartitionWorker>();
    let logRecords = 0;
    await readTopicInBatches(shop.kafka, topics.input, async (records, partition) => {
      const [first] = records;
      if (first === undefined) return;
      const worker = workers.get(partition) ?? (await beginAt(first.offset, partition, deps, store));
      workers.set(partition, worker);
      const fresh = records.filter(({ offset }) => offset >= worker.nextOffset());
      logRecords += fresh.length;
      for (let from = 0; from < fresh.length; from += SLICE_RECORDS) {
        await worker.process(fresh.slice(from, from + SLICE_RECORDS));
        for (const { kind, id, subscriberId, value } of await takeOutbox(store, partition)) {
          published[kind].set(id, tellContent(subscriberId, value));
        }
      }
    });
    const { alert: alerts, score: scores } = published;
    return { ...gather(store, partitions), tellContent, alerts, scores, parked, logRecords };
  } finally {
    await model.close();
  }
}

async function beginAt(
  nextOffset: bigint,
  partition: number,
  deps: PartitionWorkerDeps,
  store: ReturnType<typeof createMemoryPartitionStore>,
): Promise<PartitionWorker> {
  const hold = await store.acquire(partition, OWNER);
  return createPartitionWorker(partition, OWNER, { ...hold, nextOffset }, deps);
}

/** At once: millions of scores, kept as they stand, fill a heap. */
async function takeOutbox(store: PartitionStore, partition: number): Promise<OutboxEntry[]> {
  const entries = await store.readOutbox(partition, Infinity);
  await store.trimOutbox(partition, OWNER, entries);
  return entries.map((bytes) => decodeOutboxEntry(bytes));
}

function gather(
  store: ReturnType<typeof createMemoryPartitionStore>,
  partitions: number,
): Pick<ExpectedOutcome, 'states' | 'records'> {
  const states = new Map<string, string>();
  const records: PartitionRecord[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const dump = store.dump(partition);
    for (const [id, hex] of Object.entries(dump.states)) states.set(id, hex);
    records.push(dump.record === undefined ? NEW_PARTITION : parsePartitionRecord(dump.record));
  }
  return { states, records };
}

function required(settings: Installation['settings'], name: string): string {
  const value = settings[name];
  if (value === undefined) throw new Error(`the installation does not set ${name}`);
  return value;
}
