import { WITHHELD_HEADER } from '../platform/kafka/dead-letter.ts';
import type { IncomingRecord } from '../platform/kafka/record.ts';

/** Where a parked record stood, and why it was parked. */
export interface LetterHead {
  /** Of its origin and of the dead-letter topic, which are the same. */
  readonly partition: number;
  /** In its origin: what it is known by. */
  readonly offset: bigint;
  /** In the dead-letter topic. */
  readonly letterOffset: bigint;
  readonly reason: string;
  /** For people; never a field's content. */
  readonly detail: string;
  /** When its origin took it. */
  readonly timestampMs: number;
  /** undefined for a tombstone. */
  readonly valueBytes: number | undefined;
  /** Its content may hold a phone number, and stands at its origin only. */
  readonly isWithheld: boolean;
  /** "partition/offset" of the letter that it was fed back in from, if it was. */
  readonly replayOf: string | undefined;
}

const PREFIX = 'kafka_dlt-';
/** On a record that was fed back in: where it had stood. */
const REPLAY_OF = 'churn_dlt-replay-of';
/** On a record of the dead-letter topic that is no letter: it says which letters have been fed back in. */
const MARK = 'churn_dlt-mark';
const REPLAYED = 'replayed';

/** What the headers of a letter tell; undefined for a record that nobody parked with them. */
export function readLetterHead(record: IncomingRecord): LetterHead | undefined {
  const header = (name: string): Buffer | undefined => record.headers[`${PREFIX}${name}`];
  const [partition, offset] = [header('original-partition'), header('original-offset')];
  const timestamp = header('original-timestamp');
  if (partition?.length !== 4 || offset?.length !== 8) return undefined;
  return {
    partition: partition.readInt32BE(),
    offset: offset.readBigInt64BE(),
    letterOffset: record.offset,
    reason: header('exception-fqcn')?.toString() ?? 'unknown',
    detail: header('exception-message')?.toString() ?? '',
    timestampMs: timestamp?.length === 8 ? Number(timestamp.readBigInt64BE()) : record.timestampMs,
    valueBytes: record.value?.length,
    isWithheld: WITHHELD_HEADER in record.headers,
    replayOf: record.headers[REPLAY_OF]?.toString(),
  };
}

/** Headers of a record as it is fed back in: its own, without those of its letter, and where it comes from. */
export function headersOfReplay(record: IncomingRecord, head: LetterHead): Record<string, string | Uint8Array> {
  const own = Object.entries(record.headers).filter(([name]) => !name.startsWith(PREFIX));
  return { ...Object.fromEntries(own), [REPLAY_OF]: `${head.partition}/${head.offset}` };
}

/** Value and headers of the mark that says which letters, by their origin's offsets, have been fed back in. */
export function toReplayMark(offsets: readonly bigint[]): {
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
} {
  const value = Buffer.from(JSON.stringify({ offsets: offsets.map(String) }));
  return { value, headers: { [MARK]: REPLAYED, 'content-type': 'application/json' } };
}

/** The offsets that a mark names; undefined where a record is none. */
export function readReplayMark(record: IncomingRecord): readonly bigint[] | undefined {
  if (record.headers[MARK]?.toString() !== REPLAYED || record.value === null) return undefined;
  const mark: unknown = JSON.parse(record.value.toString());
  if (typeof mark !== 'object' || mark === null || !('offsets' in mark) || !Array.isArray(mark.offsets)) {
    throw new TypeError(`the mark at offset ${record.offset} is malformed`);
  }
  return mark.offsets.map((offset: unknown) => BigInt(String(offset)));
}
