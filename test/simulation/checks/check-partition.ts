import { parsePartitionRecord } from '../../../services/core/partition/partition-record.ts';
import type { PartitionCounts } from '../../../services/core/partition/partition-record.ts';
import { partitionKeys } from '../../../services/platform/redis/partition-keys.ts';
import type { IncomingRecord } from '../../../services/platform/kafka/record.ts';
import type { SimulatedLog } from '../kafka/simulated-log.ts';
import type { SimulatedServer } from '../redis/simulated-server.ts';
import { latin1 } from '../redis/bytes.ts';
import { KEYSPACE } from '../settings.ts';
import { differencesOfStates, strangersAmong } from './check-states.ts';
import { NOTHING_HELD } from './held-state.ts';
import { readTexts } from './read-server.ts';
import type { Emitted, UndisturbedPartition, UndisturbedStand } from './undisturbed.ts';

/** Counts that do not depend on how far a sweep has come. */
const COUNTED_BY_RECORD = ['folded', 'duplicates', 'late', 'parked', 'marks', 'outcomes', 'subscribers'] as const;

interface Control {
  readonly owner: string | undefined;
  readonly seq: string | undefined;
  readonly next: string | undefined;
  readonly record: string | undefined;
}

/** Holds one partition to the invariants after each write, and each record on its topics. */
export interface PartitionCheck {
  /** After a write of a process, named by `life`; undefined after a loss. */
  onWrite(life: string | undefined): void;
  onPublished(kind: 'score' | 'alert', record: IncomingRecord): void;
  onParked(record: IncomingRecord): void;
  /** Whether something that the log brings about is not told yet. */
  isSilent(): boolean;
  /**
   * What is kept is what the log gives, and no more.
   *
   * @param keys all that the server has.
   */
  requireKept(keys: readonly string[]): void;
  /** Everything that the log brings about is told. */
  requireTold(): void;
}

/** How much of the log a commit carries. */
interface Settled {
  readonly records: number;
  /** Whether it falls between two records, and not within what one of them sets going. */
  readonly isBetween: boolean;
}

export function createPartitionCheck(deps: {
  readonly partition: number;
  readonly server: SimulatedServer;
  readonly log: SimulatedLog;
  readonly undisturbed: UndisturbedPartition;
  readonly onBroken: (invariant: string) => void;
}): PartitionCheck {
  const { partition, server, log, undisturbed, onBroken } = deps;
  const keys = partitionKeys(KEYSPACE, partition);
  const onTopic = new Set<number>();
  /** By kind and subscriber: the newest entry that readers know of. */
  const newestTold = new Map<string, number>();
  const parkedAt = new Map<bigint, string>();
  let before: Control = { owner: undefined, seq: undefined, next: undefined, record: undefined };
  let outboxBefore: readonly string[] = [];
  /** Entries that were in some commit, also one that Redis lost again. */
  let everDecided = 0;
  /** Entries known to be on their topic, from the first on. */
  let toldThrough = 0;
  let parkedThrough = 0;

  function broken(text: string): void {
    onBroken(`partition ${partition}: ${text}`);
  }

  function readControl(): Control {
    const [owner, seq, next, record] = readTexts(server, ['HMGET', keys.control, 'owner', 'seq', 'next', 'record']);
    return { owner, seq, next, record };
  }

  function requireOneCommit(now: Control, life: string): void {
    if (now.seq === before.seq) {
      if (now.next !== before.next || now.record !== before.record) {
        broken('invariant 1: offset or books changed without a commit');
      }
      return;
    }
    const isFirst = before.seq === undefined && now.seq === '0';
    if (!isFirst && Number(now.seq) !== Number(before.seq) + 1) {
      broken(`invariant 2: the sequence went from ${before.seq} to ${now.seq}`);
    }
    if (now.seq === '0') return;
    if (now.owner !== before.owner || now.owner?.startsWith(`${life}-`) !== true) {
      broken(`invariant 2: ${life} committed, but ${before.owner} is the owner`);
    }
    if (Number(now.next) < Number(before.next ?? 0)) broken(`invariant 3: the offset went back to ${now.next}`);
  }

  function requireBooks({ next, record }: Control): Settled {
    const records = next === undefined ? 0 : log.countBefore(BigInt(next));
    const expected = undisturbed.standAfter(records);
    if (expected !== undefined) requireEachOnce(expected);
    if (record === undefined || record === expected?.text) {
      if (record === undefined && records > 0) broken('invariant 1: an offset without books');
      return { records, isBetween: true };
    }
    const books = parsePartitionRecord(record);
    for (const name of COUNTED_BY_RECORD) requireCount(books.counts, expected, name, next);
    const { sweep } = expected?.parsed ?? {};
    const isBetween = books.sweep?.slot === sweep?.slot && books.sweep?.index === sweep?.index;
    if (isBetween) for (const name of ['scored', 'episodes'] as const) requireCount(books.counts, expected, name, next);
    return { records, isBetween };
  }

  function requireCount(
    counts: PartitionCounts,
    expected: UndisturbedStand | undefined,
    name: keyof PartitionCounts,
    next: string | undefined,
  ): void {
    const wanted = expected?.parsed.counts[name] ?? 0;
    if (counts[name] !== wanted) {
      broken(`invariants 1 and 4: ${name} is ${counts[name]} at offset ${next}, the log gives ${wanted}`);
    }
  }

  /** The books are held to the undisturbed run, and that to the ids in the log. */
  function requireEachOnce({ parsed, idsFolded, strangersDropped }: UndisturbedStand): void {
    const { folded } = parsed.counts;
    if (folded !== idsFolded) broken(`each event once: ${folded} are folded, of ${idsFolded} different ids`);
    if (strangersDropped > 0) broken(`each event once: ${strangersDropped} are dropped that were never folded`);
  }

  function requireHeld({ records, isBetween }: Settled): void {
    if (!isBetween) return;
    const expected = undisturbed.standAfter(records)?.held ?? NOTHING_HELD;
    const differences = differencesOfStates(server, partition, { expected, later: undisturbed.held() });
    if (differences.length > 0) {
      broken(`invariants 1 and 4: ${differences.join(', ')} differ from what the log gives after ${records} records`);
    }
  }

  /** The outbox holds an unbroken run of what was decided up to the commit, and all before it has been told. */
  function requireOutbox(outbox: readonly string[], records: number): void {
    const least = undisturbed.emittedBy(records);
    const most = undisturbed.emittedBy(records + 1);
    const last = outbox.at(-1);
    let end = least;
    if (last !== undefined) while (end <= most && undisturbed.emitted[end - 1]?.entry !== last) end++;
    const begin = end - outbox.length;
    if (end > most || begin < 0 || outbox.some((entry, i) => entry !== undisturbed.emitted[begin + i]?.entry)) {
      broken(`invariant 4: the outbox of ${outbox.length} entries is not what the log gives up to its offset`);
      return;
    }
    everDecided = Math.max(everDecided, end);
    for (; toldThrough < begin; toldThrough++) {
      if (onTopic.has(toldThrough)) continue;
      const lost = undisturbed.emitted[toldThrough];
      broken(`invariant 1: the ${lost?.kind} ${lost?.id} was decided, and is neither in the outbox nor on its topic`);
      return;
    }
  }

  /** A reader that drops ids it has seen reads of each subscriber in the order of the decisions. */
  function requireOrder({ kind, id, subscriberId }: Emitted, place: number): void {
    const of = `${kind} ${subscriberId}`;
    if (place < (newestTold.get(of) ?? place)) {
      broken(`order: a ${kind} of ${subscriberId} that was decided after ${id} was told before it`);
    }
    newestTold.set(of, place);
  }

  /** What is passed and cannot be understood is on the dead-letter topic. */
  function requireParked(next: string | undefined): void {
    for (; parkedThrough < undisturbed.parked.length; parkedThrough++) {
      const parked = undisturbed.parked[parkedThrough];
      if (parked === undefined || parked.offset >= BigInt(next ?? 0)) return;
      if (!parkedAt.has(parked.offset)) {
        broken(`invariant 8: offset ${parked.offset} (${parked.reason}) was passed before it was parked`);
      }
    }
  }

  return {
    onWrite(life) {
      const now = readControl();
      if (life !== undefined) requireOneCommit(now, life);
      const outbox = readTexts(server, ['LRANGE', keys.outbox, 0, -1]).map((entry) => entry ?? '');
      const isSame = now.next === before.next && now.seq === before.seq && outbox.length === outboxBefore.length;
      if (life !== undefined && outbox.length < outboxBefore.length && now.owner?.startsWith(`${life}-`) !== true) {
        broken(`invariant 2: ${life} trimmed the outbox, but ${now.owner} is the owner`);
      }
      const isCommit = now.seq !== before.seq;
      before = now;
      outboxBefore = outbox;
      if (isSame && life !== undefined) return;
      const settled = requireBooks(now);
      if (isCommit || life === undefined) requireHeld(settled);
      requireOutbox(outbox, settled.records);
      requireParked(now.next);
    },
    onPublished(kind, record) {
      const id = record.headers['ce_id']?.toString() ?? '';
      const place = undisturbed.placeOf(kind, id);
      const decided = place === undefined ? undefined : undisturbed.emitted[place];
      if (place === undefined || decided === undefined) {
        broken(`invariant 4: the ${kind} ${id} was invented`);
        return;
      }
      if (
        latin1(record.value ?? new Uint8Array()) !== decided.value ||
        record.key?.toString() !== decided.subscriberId
      ) {
        broken(`invariant 4: the ${kind} ${id} has another content than the log gives`);
      }
      if (place >= everDecided) broken(`invariant 1: the ${kind} ${id} was told before it was decided`);
      if (!onTopic.has(place)) requireOrder(decided, place);
      onTopic.add(place);
    },
    onParked(record) {
      const offset = record.headers['kafka_dlt-original-offset']?.readBigInt64BE() ?? -1n;
      const reason = record.headers['kafka_dlt-exception-fqcn']?.toString() ?? '';
      parkedAt.set(offset, reason);
      const expected = undisturbed.parked.find((parked) => parked.offset === offset);
      if (expected?.reason !== reason) {
        broken(
          `invariant 8: offset ${offset} was parked as ${reason}, the log gives ${expected?.reason ?? 'no reason'}`,
        );
      }
    },
    isSilent: () => onTopic.size < undisturbed.emitted.length,
    requireKept(all) {
      const settled = requireBooks(before);
      requireHeld(settled);
      if (!settled.isBetween) return;
      const expected = undisturbed.standAfter(settled.records)?.held ?? NOTHING_HELD;
      const strangers = strangersAmong(all, partition, expected);
      if (strangers.length > 0) broken(`at the end there are ${strangers.join(', ')}`);
    },
    requireTold() {
      if (!requireBooks(before).isBetween) broken('at the end a sweep has not come to its end');
      const missing = undisturbed.emitted.find((_, place) => !onTopic.has(place));
      if (missing !== undefined) broken(`at the end the ${missing.kind} ${missing.id} is not on its topic`);
      const unparked = undisturbed.parked.find(({ offset }) => !parkedAt.has(offset));
      if (unparked !== undefined) broken(`at the end offset ${unparked.offset} is not parked`);
    },
  };
}
