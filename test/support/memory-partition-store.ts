import type { RiskBand } from '../../services/core/risk/risk.ts';
import { PartitionCountError } from '../../services/platform/redis/partition-store.ts';
import type { PartitionCommit, PartitionStore } from '../../services/platform/redis/partition-store.ts';

/** All that a store keeps of one partition, in plain values that compare. */
export interface PartitionDump {
  readonly seq: number;
  readonly nextOffset: bigint | undefined;
  readonly record: string | undefined;
  /** Hex by subscriber. */
  readonly states: Readonly<Record<string, string>>;
  /** Members by slot of the day, in order of first sight. */
  readonly wheel: Readonly<Record<number, readonly string[]>>;
  readonly bands: Readonly<Record<'high' | 'medium', readonly string[]>>;
  /** Hex, oldest first. */
  readonly outbox: readonly string[];
  /** Hex by place. */
  readonly qualityHours: Readonly<Record<number, string>>;
}

export interface MemoryPartitionStore extends PartitionStore {
  dump(partition: number): PartitionDump;
}

interface StoredPartition {
  owner: string | undefined;
  seq: number;
  nextOffset: bigint | undefined;
  record: string | undefined;
  readonly states: Map<string, Uint8Array>;
  readonly wheel: Map<number, string[]>;
  readonly bands: Readonly<Record<'high' | 'medium', Set<string>>>;
  outbox: Uint8Array[];
  readonly qualityHours: Map<number, Uint8Array>;
}

/** What outlives the process: several stores opened on it see each other's writes, as clients of one Redis do. */
export interface MemoryServer {
  readonly partitions: Map<number, StoredPartition>;
  readonly counts: Map<number, number>;
}

export function createMemoryServer(): MemoryServer {
  return { partitions: new Map(), counts: new Map() };
}

/** The partition store in memory, held to the same contract as the one in Redis. */
export function createMemoryPartitionStore(
  partitionCount: number,
  server = createMemoryServer(),
): MemoryPartitionStore {
  function stored(partition: number): StoredPartition {
    if (partition < 0 || partition >= partitionCount)
      throw new PartitionCountError(`partition ${partition} of ${partitionCount}`);
    const found = server.partitions.get(partition) ?? emptyPartition();
    server.partitions.set(partition, found);
    return found;
  }

  return {
    async acquire(partition, owner) {
      await Promise.resolve();
      const found = stored(partition);
      const count = server.counts.get(partition) ?? partitionCount;
      if (count !== partitionCount) {
        throw new PartitionCountError(`made with ${count} partitions, the topic has ${partitionCount}`);
      }
      server.counts.set(partition, partitionCount);
      found.owner = owner;
      return { seq: found.seq, nextOffset: found.nextOffset, record: found.record };
    },

    async readStates(partition, subscriberIds) {
      await Promise.resolve();
      const { states } = stored(partition);
      return subscriberIds.map((id) => states.get(id)?.slice());
    },

    async commit(partition, commit) {
      await Promise.resolve();
      const found = stored(partition);
      if (found.owner !== commit.owner) return 'not-owner';
      if (found.seq === commit.expectedSeq + 1) return 'already-committed';
      if (found.seq !== commit.expectedSeq) return 'out-of-sequence';
      apply(found, commit);
      return 'committed';
    },

    async readWheel(partition, slots, count) {
      await Promise.resolve();
      return slots.map(({ slotOfDay, from }) =>
        (stored(partition).wheel.get(slotOfDay) ?? []).slice(from, from + count),
      );
    },

    async readOutbox(partition, count) {
      await Promise.resolve();
      return stored(partition)
        .outbox.slice(0, count)
        .map((entry) => entry.slice());
    },

    async trimOutbox(partition, owner, entries) {
      await Promise.resolve();
      const found = stored(partition);
      const last = entries.at(-1);
      if (last === undefined) return true;
      const there = found.outbox[entries.length - 1];
      if (found.owner !== owner || there === undefined || Buffer.compare(there, last) !== 0) return false;
      found.outbox = found.outbox.slice(entries.length);
      return true;
    },

    async readPosition(partition) {
      await Promise.resolve();
      const { nextOffset, record } = stored(partition);
      return { nextOffset, record };
    },

    async listBand(partition, band, after, count) {
      await Promise.resolve();
      return inOrder(stored(partition).bands[band])
        .filter((id) => after === '' || compareBytes(id, after) > 0)
        .slice(0, count);
    },

    async readQualityHours(partition, places) {
      await Promise.resolve();
      const { qualityHours } = stored(partition);
      return places.map((place) => qualityHours.get(place)?.slice());
    },

    async countBand(partition, band) {
      await Promise.resolve();
      return stored(partition).bands[band].size;
    },

    dump(partition) {
      const { seq, nextOffset, record, states, wheel, bands, outbox, qualityHours } = stored(partition);
      return {
        seq,
        nextOffset,
        record,
        states: Object.fromEntries(inOrder(states.keys()).map((id) => [id, hexOf(states.get(id))])),
        wheel: Object.fromEntries([...wheel].map(([slot, members]) => [slot, [...members]])),
        bands: { high: inOrder(bands.high), medium: inOrder(bands.medium) },
        outbox: outbox.map(hexOf),
        qualityHours: Object.fromEntries([...qualityHours].map(([place, value]) => [place, hexOf(value)])),
      };
    },
  };
}

function emptyPartition(): StoredPartition {
  return {
    owner: undefined,
    seq: 0,
    nextOffset: undefined,
    record: undefined,
    states: new Map(),
    wheel: new Map(),
    bands: { high: new Set(), medium: new Set() },
    outbox: [],
    qualityHours: new Map(),
  };
}

function apply(stored: StoredPartition, commit: PartitionCommit): void {
  for (const { subscriberId, value } of commit.states) stored.states.set(subscriberId, value.slice());
  for (const entry of commit.outbox) stored.outbox.push(entry.slice());
  for (const { subscriberId, slotOfDay } of commit.wheel) {
    stored.wheel.set(slotOfDay, [...(stored.wheel.get(slotOfDay) ?? []), subscriberId]);
  }
  for (const { subscriberId, band } of commit.bands) setBand(stored, subscriberId, band);
  for (const { place, value } of commit.qualityHours) stored.qualityHours.set(place, value.slice());
  stored.seq++;
  stored.nextOffset = commit.nextOffset;
  stored.record = commit.record;
}

function setBand({ bands }: StoredPartition, subscriberId: string, band: RiskBand): void {
  for (const name of ['high', 'medium'] as const) {
    if (name === band) bands[name].add(subscriberId);
    else bands[name].delete(subscriberId);
  }
}

function hexOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('hex');
}

/** As Redis orders members: by bytes. */
function inOrder(ids: Iterable<string>): string[] {
  return [...ids].toSorted(compareBytes);
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
