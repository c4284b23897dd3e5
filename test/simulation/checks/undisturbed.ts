import { parsePartitionRecord } from '../../../services/core/partition/partition-record.ts';
import type { PartitionRecord } from '../../../services/core/partition/partition-record.ts';
import type { IncomingRecord } from '../../../services/platform/kafka/record.ts';
import { decodeOutboxEntry } from '../../../services/scorer/outbox-entry.ts';
import { createPartitionWorker } from '../../../services/scorer/partition-worker.ts';
import type { PartitionWorker } from '../../../services/scorer/partition-worker.ts';
import { createFakeModel, scatteredRisk } from '../../support/fake-model.ts';
import { createMemoryPartitionStore } from '../../support/memory-partition-store.ts';
import type { MemoryPartitionStore } from '../../support/memory-partition-store.ts';
import { partitionerFor } from '../kafka/simulated-topics.ts';
import type { Mutation } from '../mutation.ts';
import { CALENDAR, POLICY } from '../settings.ts';

/** One thing that the log brings into the outbox. */
export interface Emitted {
  readonly kind: 'score' | 'alert';
  readonly id: string;
  /** Bytes as latin1. */
  readonly entry: string;
  readonly value: string;
}

/** What one partition's log brings about where nothing goes wrong, record by record. */
export interface UndisturbedPartition {
  readonly emitted: readonly Emitted[];
  /** Place in `emitted` by kind and id. */
  placeOf(kind: string, id: string): number | undefined;
  /** Entries emitted by the first `records` of the log. */
  emittedBy(records: number): number;
  /** The control record after the first `records` of the log; undefined before the first. */
  recordAfter(records: number): { readonly text: string; readonly parsed: PartitionRecord } | undefined;
  /** Parked records in the order of the log. */
  readonly parked: readonly { readonly offset: bigint; readonly reason: string }[];
}

/** The same worker over the same log, alone, on a store that never fails. */
export interface Undisturbed {
  readonly store: MemoryPartitionStore;
  take(partition: number, record: IncomingRecord): void;
  of(partition: number): UndisturbedPartition;
}

export function createUndisturbed(
  partitions: number,
  ofRecord: Mutation['ofRecord'],
  onFailure: (error: unknown) => void,
): Undisturbed {
  const store = createMemoryPartitionStore(partitions);
  const model = createFakeModel(scatteredRisk);
  const followed = Array.from({ length: partitions }, (_, partition) => follow(partition));

  function follow(partition: number): UndisturbedPartition & { take(record: IncomingRecord): void } {
    const emitted: Emitted[] = [];
    const places = new Map<string, number>();
    const after: { readonly emitted: number; readonly text: string; parsed?: PartitionRecord }[] = [];
    const parked: { readonly offset: bigint; readonly reason: string }[] = [];
    let text = '';
    let work: Promise<PartitionWorker> = store.acquire(partition, 'undisturbed').then((hold) =>
      createPartitionWorker(
        partition,
        'undisturbed',
        { ...hold, nextOffset: 0n },
        {
          store: {
            readStates: (...asked) => store.readStates(...asked),
            readWheel: (...asked) => store.readWheel(...asked),
            commit(_partition, commit) {
              for (const bytes of commit.outbox) keep(bytes);
              text = commit.record;
              return store.commit(partition, commit);
            },
          },
          model,
          policy: POLICY,
          calendar: CALENDAR,
          park(_partition, records) {
            parked.push(...records.map(({ record, reason }) => ({ offset: record.offset, reason })));
            return Promise.resolve();
          },
          partitionOf: partitionerFor(partitions),
          commitLimit: 1_000,
          knownLimit: 1_000,
        },
      ),
    );

    function keep(bytes: Uint8Array): void {
      const { kind, id, value } = decodeOutboxEntry(bytes);
      places.set(`${kind} ${id}`, emitted.length);
      emitted.push({ kind, id, entry: latin1(bytes), value: latin1(value) });
    }

    return {
      emitted,
      placeOf: (kind, id) => places.get(`${kind} ${id}`),
      emittedBy: (records) => after[Math.min(records, after.length) - 1]?.emitted ?? 0,
      recordAfter(records) {
        const found = after[records - 1];
        if (found === undefined) return undefined;
        found.parsed ??= parsePartitionRecord(found.text);
        return { text: found.text, parsed: found.parsed };
      },
      parked,
      take(record) {
        const taken = ofRecord?.(record) ?? record;
        work = work.then(async (worker) => {
          await worker.process([taken]);
          after.push({ emitted: emitted.length, text });
          return worker;
        });
        work.catch(onFailure);
      },
    };
  }

  function of(partition: number): (typeof followed)[number] {
    const found = followed[partition];
    if (found === undefined) throw new RangeError(`there is no partition ${partition}`);
    return found;
  }

  return {
    store,
    take(partition, record) {
      of(partition).take(record);
    },
    of,
  };
}

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
