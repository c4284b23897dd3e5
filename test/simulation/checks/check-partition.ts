import { decodeLogRecord } from '../../../services/contracts/log-record.ts';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import { parsePartitionRecord } from '../../../services/core/partition/partition-record.ts';
import type { PartitionCounts, PartitionRecord } from '../../../services/core/partition/partition-record.ts';
import { partitionKeys } from '../../../services/platform/redis/partition-keys.ts';
import type { IncomingRecord } from '../../../services/platform/kafka/record.ts';
import type { SimulatedLog } from '../kafka/simulated-log.ts';
import type { SimulatedServer } from '../redis/simulated-server.ts';
import { KEYSPACE } from '../settings.ts';
import { readTexts } from './read-server.ts';
import { latin1 } from './undisturbed.ts';
import type { UndisturbedPartition } from './undisturbed.ts';

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
  /** Everything that the log brings about is told. */
  atTheEnd(): void;
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

  /** @returns records of the log that are settled. */
  function requireBooks({ next, record }: Control): number {
    const settled = next === undefined ? 0 : log.countBefore(BigInt(next));
    const expected = undisturbed.recordAfter(settled);
    if (record === undefined || record === expected?.text) {
      if (record === undefined && settled > 0) broken('invariant 1: an offset without books');
      return settled;
    }
    const books = parsePartitionRecord(record);
    for (const name of COUNTED_BY_RECORD) requireCount(books.counts, expected?.parsed, name, next);
    const isAtRest =
      books.sweep?.slot === expected?.parsed.sweep?.slot && books.sweep?.index === expected?.parsed.sweep?.index;
    if (!isAtRest) return settled;
    for (const name of ['scored', 'episodes'] as const) requireCount(books.counts, expected?.parsed, name, next);
    return settled;
  }

  function requireCount(
    counts: PartitionCounts,
    expected: PartitionRecord | undefined,
    name: keyof PartitionCounts,
    next: string | undefined,
  ): void {
    const wanted = expected?.counts[name] ?? 0;
    if (counts[name] !== wanted) {
      broken(`invariants 1 and 4: ${name} is ${counts[name]} at offset ${next}, the log gives ${wanted}`);
    }
  }

  /** The outbox holds an unbroken run of what was decided up to the commit, and all before it has been told. */
  function requireOutbox(outbox: readonly string[], settled: number): void {
    const least = undisturbed.emittedBy(settled);
    const most = undisturbed.emittedBy(settled + 1);
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
      before = now;
      outboxBefore = outbox;
      if (isSame && life !== undefined) return;
      const settled = requireBooks(now);
      requireOutbox(outbox, settled);
      requireParked(now.next);
    },
    onPublished(kind, record) {
      const id = record.headers['ce_id']?.toString() ?? '';
      const place = undisturbed.placeOf(kind, id);
      if (place === undefined) {
        broken(`invariant 4: the ${kind} ${id} was invented`);
        return;
      }
      if (latin1(record.value ?? new Uint8Array()) !== undisturbed.emitted[place]?.value) {
        broken(`invariant 4: the ${kind} ${id} has another content than the log gives`);
      }
      if (place >= everDecided) broken(`invariant 1: the ${kind} ${id} was told before it was decided`);
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
    atTheEnd() {
      const missing = undisturbed.emitted.find((_, place) => !onTopic.has(place));
      if (missing !== undefined) broken(`at the end the ${missing.kind} ${missing.id} is not on its topic`);
      const folded = before.record === undefined ? 0 : parsePartitionRecord(before.record).counts.folded;
      const ids = distinctEvents(log.records);
      if (folded > ids) broken(`at the end ${folded} events are folded, but there are only ${ids} ids`);
      const unparked = undisturbed.parked.find(({ offset }) => !parkedAt.has(offset));
      if (unparked !== undefined) broken(`at the end offset ${unparked.offset} is not parked`);
    },
  };
}

/** Counted from the log itself, so that a worker that doubles is not held to itself. */
function distinctEvents(records: readonly IncomingRecord[]): number {
  const ids = new Set<string>();
  for (const { value } of records) {
    const decoded = value === null ? undefined : decodeLogRecord(value);
    if (decoded?.ok !== true || isPartitionMark(decoded.value) || decoded.value.body.type === 'order_outcome') continue;
    ids.add(`${decoded.value.subscriberId} ${decoded.value.feed} ${decoded.value.eventId}`);
  }
  return ids.size;
}
