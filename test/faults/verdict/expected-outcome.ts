import type { PartitionRecord } from '../../../services/core/partition/partition-record.ts';
import { NEW_PARTITION, parsePartitionRecord } from '../../../services/core/partition/partition-record.ts';
import { createCivilCalendar } from '../../../services/core/time/civil-calendar.ts';
import { createPartitionOf } from '../../../services/platform/kafka/partition.ts';
import { openRiskModel } from '../../../services/platform/onnx/risk-model.ts';
import { loadPolicy } from '../../../services/platform/policy/load-policy.ts';
import { decodeOutboxEntry } from '../../../services/scorer/outbox-entry.ts';
import { createPartitionWorker } from '../../../services/scorer/partition-worker.ts';
import type { PartitionWorkerDeps } from '../../../services/scorer/partition-worker.ts';
import type { Installation } from '../../support/installation.ts';
import { recordsOf } from '../../support/installation-log.ts';
import type { PlacedRecord } from '../../support/installation-log.ts';
import { createMemoryPartitionStore } from '../../support/memory-partition-store.ts';

/** What an input log brings about where nothing goes wrong. */
export interface ExpectedOutcome {
  /** Stored bytes in hex, by subscriber. */
  readonly states: ReadonlyMap<string, string>;
  /** By partition. */
  readonly records: readonly PartitionRecord[];
  /** Key and value in hex by id, as `publishedById` gives them. */
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
export async function expectedOutcome(shop: Installation): Promise<ExpectedOutcome> {
  const { partitions, topics, settings } = shop;
  const policy = loadPolicy(required(settings, 'CHURN_POLICY_FILE'));
  const model = await openRiskModel(required(settings, 'CHURN_MODEL_DIRECTORY'));
  const store = createMemoryPartitionStore(partitions);
  const parked = new Map<string, string>();
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
    const logs = byPartition(await recordsOf(shop, topics.input), partitions);
    for (const [partition, log] of logs.entries()) await runOnce(partition, log, deps, store);
    return { ...gather(store, partitions), parked, logRecords: logs.reduce((sum, log) => sum + log.length, 0) };
  } finally {
    await model.close();
  }
}

async function runOnce(
  partition: number,
  log: readonly PlacedRecord[],
  deps: PartitionWorkerDeps,
  store: ReturnType<typeof createMemoryPartitionStore>,
): Promise<void> {
  const hold = await store.acquire(partition, OWNER);
  const worker = createPartitionWorker(partition, OWNER, { ...hold, nextOffset: log[0]?.offset ?? 0n }, deps);
  for (let from = 0; from < log.length; from += SLICE_RECORDS) {
    await worker.process(log.slice(from, from + SLICE_RECORDS));
  }
}

function gather(
  store: ReturnType<typeof createMemoryPartitionStore>,
  partitions: number,
): Pick<ExpectedOutcome, 'states' | 'records' | 'alerts' | 'scores'> {
  const states = new Map<string, string>();
  const records: PartitionRecord[] = [];
  const published = { alert: new Map<string, string>(), score: new Map<string, string>() };
  for (let partition = 0; partition < partitions; partition++) {
    const dump = store.dump(partition);
    for (const [id, hex] of Object.entries(dump.states)) states.set(id, hex);
    records.push(dump.record === undefined ? NEW_PARTITION : parsePartitionRecord(dump.record));
    for (const hex of dump.outbox) {
      const { kind, id, subscriberId, value } = decodeOutboxEntry(Buffer.from(hex, 'hex'));
      published[kind].set(id, `${subscriberId} ${Buffer.from(value).toString('hex')}`);
    }
  }
  return { states, records, alerts: published.alert, scores: published.score };
}

function byPartition(records: readonly PlacedRecord[], partitions: number): PlacedRecord[][] {
  const logs: PlacedRecord[][] = Array.from({ length: partitions }, () => []);
  for (const record of records) logs[record.partition]?.push(record);
  return logs;
}

function required(settings: Installation['settings'], name: string): string {
  const value = settings[name];
  if (value === undefined) throw new Error(`the installation does not set ${name}`);
  return value;
}
