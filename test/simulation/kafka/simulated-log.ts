import type { IncomingRecord, OutgoingRecord } from '../../../services/platform/kafka/record.ts';
import type { LogBounds } from '../../../services/platform/kafka/offsets.ts';

/** One partition of one topic: records with growing offsets, some of which hold none, as after compaction or a transaction. */
export interface SimulatedLog {
  readonly topic: string;
  readonly partition: number;
  /** All that was ever written. */
  readonly records: readonly IncomingRecord[];
  bounds(): LogBounds;
  append(records: readonly OutgoingRecord[], timestampMs: number): void;
  /** Offsets that hold no record. */
  leaveHole(offsets: number): void;
  /** Removes what is before an offset, as a topic's retention does. */
  trim(lowOffset: bigint): void;
  /** Records from an offset on, `count` at most, and where the next fetch would begin. */
  read(offset: bigint, count: number): { readonly records: readonly IncomingRecord[]; readonly nextOffset: bigint };
  /** Calls once something is behind the offset; at once where it is already. */
  whenBehind(offset: bigint, work: () => void): void;
  /** How many records were ever written before an offset. */
  countBefore(offset: bigint): number;
}

export function createSimulatedLog(
  topic: string,
  partition: number,
  onAppended: (log: SimulatedLog, record: IncomingRecord) => void,
): SimulatedLog {
  const records: IncomingRecord[] = [];
  let lowOffset = 0n;
  let endOffset = 0n;
  let waiting: { readonly offset: bigint; readonly work: () => void }[] = [];

  function indexFrom(offset: bigint): number {
    let index = records.length;
    while (index > 0 && (records[index - 1]?.offset ?? -1n) >= offset) index--;
    return index;
  }

  function wake(): void {
    const due = waiting.filter(({ offset }) => offset < endOffset);
    waiting = waiting.filter(({ offset }) => offset >= endOffset);
    for (const { work } of due) work();
  }

  const log: SimulatedLog = {
    topic,
    partition,
    records,
    bounds: () => ({ lowOffset, endOffset }),
    append(added, timestampMs) {
      for (const record of added) {
        const taken = toIncoming(record, endOffset++, timestampMs);
        records.push(taken);
        onAppended(log, taken);
      }
      wake();
    },
    leaveHole(offsets) {
      endOffset += BigInt(offsets);
      wake();
    },
    trim(offset) {
      if (offset > lowOffset) lowOffset = offset;
    },
    read(offset, count) {
      const from = indexFrom(offset);
      const found = records.slice(from, from + count);
      const isToTheEnd = from + count >= records.length;
      return { records: found, nextOffset: isToTheEnd ? endOffset : (found.at(-1)?.offset ?? offset) + 1n };
    },
    whenBehind(offset, work) {
      if (offset < endOffset) work();
      else waiting.push({ offset, work });
    },
    countBefore: indexFrom,
  };
  return log;
}

function toIncoming(record: OutgoingRecord, offset: bigint, timestampMs: number): IncomingRecord {
  const headers: Record<string, Buffer> = {};
  for (const [name, value] of Object.entries(record.headers ?? {})) headers[name] = Buffer.from(value);
  return {
    offset,
    key: record.key === null ? null : Buffer.from(record.key),
    value: record.value === null ? null : Buffer.from(record.value),
    headers,
    timestampMs,
  };
}
