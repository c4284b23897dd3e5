import { checkLogRecord } from '../contracts/check-log-record.ts';
import { decodeLogRecord, encodeLogRecord } from '../contracts/log-record.ts';
import { readLogRecord } from '../contracts/read-log-record.ts';
import { decodeReportedOutcome } from '../contracts/reported-outcome.ts';
import { decodeRiskAlert } from '../contracts/risk.ts';
import { isPartitionMark } from '../core/events/subscriber-event.ts';
import type { Outcome } from '../core/outcome.ts';
import { accepted, refused } from '../core/outcome.ts';

/** A record that would be fed into a topic. */
export interface Candidate {
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** What a topic's reader will say of a record, and how a record of it is mended. */
export interface TopicContract {
  judge(candidate: Candidate): Outcome<Candidate, string>;
  /** @param plain a record as JSON; @param letter the one that it stands for. */
  mend(plain: unknown, letter: Candidate): Outcome<Candidate, string>;
  /** A letter's content as JSON, to be mended; undefined where it cannot be read at all. */
  toPlain(value: Buffer): object | undefined;
}

export function inputContract(now: () => number, partitionOf: (key: string) => number): TopicContract {
  function judge(candidate: Candidate): Outcome<Candidate, string> {
    const key = candidate.key?.toString() ?? null;
    const read = readLogRecord(candidate.value, { key, timestampMs: now() });
    if (!read.ok) return read;
    if (isPartitionMark(read.value) || partitionOf(read.value.subscriberId) === candidate.partition) {
      return accepted(candidate);
    }
    return refused('wrong_partition', "the key belongs to another partition by Kafka's default partitioner");
  }
  return {
    judge,
    mend(plain, letter) {
      const checked = checkLogRecord(plain);
      if (!checked.ok) return refused(checked.reason, checked.detail);
      const value = Buffer.from(encodeLogRecord(checked.value));
      const { subscriberId } = checked.value;
      // A mark concerns the partition that it stands in; an event goes where its subscriber is.
      if (isPartitionMark(checked.value)) return judge({ ...letter, value });
      return judge({ partition: partitionOf(subscriberId), key: Buffer.from(subscriberId), value });
    },
    toPlain(value) {
      const decoded = decodeLogRecord(value);
      return decoded.ok ? decoded.value : undefined;
    },
  };
}

export function alertContract(): TopicContract {
  return {
    judge: (candidate) => judgedBy(candidate, decodeRiskAlert),
    mend: () =>
      refused('not_mendable', 'alerts are the scorers’ own; mend what reads them, and feed them in as they are'),
    toPlain: () => undefined,
  };
}

/** Outcomes may be JSON: retention judges their fields, and parks again what it cannot use. */
export function outcomeContract(): TopicContract {
  return {
    judge: (candidate) => judgedBy(candidate, decodeOutcome),
    mend: (plain, letter) => judgedBy({ ...letter, value: Buffer.from(JSON.stringify(plain)) }, decodeOutcome),
    toPlain(value) {
      const decoded = decodeOutcome(value);
      return decoded.ok && typeof decoded.value === 'object' && decoded.value !== null ? decoded.value : undefined;
    },
  };
}

const OPENING_BRACE = 0x7b;

function decodeOutcome(bytes: Uint8Array): Outcome<unknown, 'undecodable'> {
  if (bytes[0] !== OPENING_BRACE) return decodeReportedOutcome(bytes);
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return accepted(parsed);
  } catch {
    return refused('undecodable', 'malformed JSON');
  }
}

function judgedBy(
  candidate: Candidate,
  decode: (bytes: Uint8Array) => Outcome<unknown, string>,
): Outcome<Candidate, string> {
  if (candidate.value === null) return refused('no_value', 'the record has no value');
  const decoded = decode(candidate.value);
  return decoded.ok ? accepted(candidate) : decoded;
}
