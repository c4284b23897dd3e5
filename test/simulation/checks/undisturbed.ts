import { decodeLogRecord } from '../../../services/contracts/log-record.ts';
import type { PartitionRecord } from '../../../services/core/partition/partition-record.ts';
import type { IncomingRecord } from '../../../services/platform/kafka/record.ts';
import { decodeOutboxEntry } from '../../../services/scorer/outbox-entry.ts';
import { createPartitionWorker } from '../../../services/scorer/partition-worker.ts';
import type { PartitionWorker } from '../../../services/scorer/partition-worker.ts';
import { createFakeModel, scatteredRisk } from '../../support/fake-model.ts';
import { createMemoryPartitionStore } from '../../support/memory-partition-store.ts';
import { partitionerFor } from '../kafka/simulated-topics.ts';
import type { Mutation } from '../mutation.ts';
import { latin1 } from '../redis/bytes.ts';
import { CALENDAR, POLICY } from '../settings.ts';
import { NOTHING_HELD, heldAfter } from './held-state.ts';
import type { HeldState } from './held-state.ts';

/** One thing that the log brings into the outbox. */
export interface Emitted {
  readonly kind: 'score' | 'alert';
  readonly id: string;
  readonly subscriberId: string;
  /** Bytes as latin1. */
  readonly entry: string;
  readonly value: string;
}

/** How a partition stands after a number of records. */
export interface UndisturbedStand {
  /** The control record. */
  readonly text: string;
  readonly parsed: PartitionRecord;
  /** Different events among those that were folded. */
  readonly idsFolded: number;
  /** Of those taken for duplicates how many had never been folded. */
  readonly strangersDropped: number;
  readonly held: HeldState;
}

/** What one partition's log brings about where nothing goes wrong, record by record. */
export interface UndisturbedPartition {
  readonly emitted: readonly Emitted[];
  /** Place in `emitted` by kind and id. */
  placeOf(kind: string, id: string): number | undefined;
  /** Entries emitted by the first `records` of the log. */
  emittedBy(records: number): number;
  /** How things stand after the first `records` of the log; undefined before the first. */
  standAfter(records: number): UndisturbedStand | undefined;
  /** What is held after all of the log. */
  held(): HeldState;
  /** Parked records in the order of the log. */
  readonly parked: readonly { readonly offset: bigint; readonly reason: string }[];
}

/** The same worker over the same log, alone, on a store that never fails. */
export interface Undisturbed {
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
    const after: (UndisturbedStand & { readonly emitted: number })[] = [];
    /** As they stand in the log, so that a worker that doubles is not held to itself. */
    const ids = new Set<string>();
    let strangersDropped = 0;
    let held = NOTHING_HELD;
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
              held = heldAfter(held, commit);
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
      const { kind, id, subscriberId, value } = decodeOutboxEntry(bytes);
      places.set(`${kind} ${id}`, emitted.length);
      emitted.push({ kind, id, subscriberId, entry: latin1(bytes), value: latin1(value) });
    }

    function countId({ value }: IncomingRecord, before: PartitionRecord, now: PartitionRecord): void {
      const isFolded = now.counts.folded > before.counts.folded;
      if (!isFolded && now.counts.duplicates === before.counts.duplicates) return;
      const decoded = decodeLogRecord(value ?? new Uint8Array());
      if (!decoded.ok) throw new TypeError('something was folded that is no event');
      const { subscriberId, feed, eventId } = decoded.value;
      const id = `${subscriberId} ${feed} ${eventId}`;
      if (isFolded) ids.add(id);
      else if (!ids.has(id)) strangersDropped++;
    }

    return {
      emitted,
      placeOf: (kind, id) => places.get(`${kind} ${id}`),
      emittedBy: (records) => after[Math.min(records, after.length) - 1]?.emitted ?? 0,
      standAfter: (records) => after[records - 1],
      held: () => held,
      parked,
      take(record) {
        const taken = ofRecord?.(record) ?? record;
        work = work.then(async (worker) => {
          const before = worker.record();
          await worker.process([taken]);
          countId(record, before, worker.record());
          const parsed = worker.record();
          after.push({ emitted: emitted.length, text, parsed, idsFolded: ids.size, strangersDropped, held });
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
    take(partition, record) {
      of(partition).take(record);
    },
    of,
  };
}
