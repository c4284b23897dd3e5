import type { Outcome } from '../core/outcome.ts';
import type { IncomingRecord, OutgoingRecord } from '../platform/kafka/record.ts';
import { headersOfReplay, toReplayMark } from './dead-letter-record.ts';
import { placeOf } from './letter-shelf.ts';
import type { Letter } from './letter-shelf.ts';
import type { Candidate, TopicContract } from './topic-contract.ts';

/** What became of the letters that a replay was about: selected = replayed + replayedBefore + stillBad + gone. */
export interface ReplayBooks {
  readonly selected: number;
  readonly replayed: number;
  /** By an earlier run; they are not fed in again. */
  readonly replayedBefore: number;
  readonly stillBad: number;
  /** Letters that the topic dropped while it was read. */
  readonly gone: number;
  /** Of those that are still bad, by what is wrong with them now. */
  readonly reasons: Readonly<Record<string, number>>;
}

export interface ReplayDeps {
  readonly topic: string;
  readonly deadLetterTopic: string;
  readonly contract: TopicContract;
  /** Mended records by "partition/offset" of their letters; others are fed in as they are. */
  readonly mended: ReadonlyMap<string, unknown>;
  /** The letters' records, by "partition/offset" of their origin. */
  readonly read: (letters: readonly Letter[]) => Promise<ReadonlyMap<string, IncomingRecord>>;
  readonly send: (records: readonly OutgoingRecord[]) => Promise<void>;
  /** Nothing is written; all is judged. */
  readonly isDry: boolean;
  readonly onProgress: (replayed: number) => void;
  readonly onStillBad: (letter: Letter, reason: string, detail: string) => void;
}

const CHUNK = 200;

/**
 * Feeds letters back into the topic that they come from, in its order, each in its partition and with its key, and
 * notes which ones in the dead-letter topic. Cut off between the two, a chunk is fed in again by the next run: readers
 * know its events by their ids.
 */
export async function replayLetters(letters: readonly Letter[], deps: ReplayDeps): Promise<ReplayBooks> {
  const open = letters.filter(({ isReplayed }) => !isReplayed);
  const reasons: Record<string, number> = {};
  let [replayed, gone] = [0, 0];
  for (let from = 0; from < open.length; from += CHUNK) {
    const chunk = open.slice(from, from + CHUNK);
    const records = await deps.read(chunk);
    const fed: { readonly letter: Letter; readonly record: OutgoingRecord }[] = [];
    for (const letter of chunk) {
      const record = records.get(placeOf(letter.partition, letter.offset));
      if (record === undefined) {
        gone += 1;
        continue;
      }
      const judged = judge(letter, record, deps);
      if (judged.ok) {
        const headers = headersOfReplay(record, letter);
        fed.push({ letter, record: { topic: deps.topic, ...judged.value, headers } });
      } else {
        reasons[judged.reason] = (reasons[judged.reason] ?? 0) + 1;
        deps.onStillBad(letter, judged.reason, judged.detail);
      }
    }
    if (!deps.isDry) await feed(fed, deps);
    replayed += fed.length;
    deps.onProgress(replayed);
  }
  const stillBad = Object.values(reasons).reduce((sum, count) => sum + count, 0);
  return { selected: letters.length, replayed, replayedBefore: letters.length - open.length, stillBad, gone, reasons };
}

function judge(letter: Letter, record: IncomingRecord, deps: ReplayDeps): Outcome<Candidate, string> {
  const place = placeOf(letter.partition, letter.offset);
  const asIs: Candidate = { partition: letter.partition, key: record.key, value: record.value };
  return deps.mended.has(place) ? deps.contract.mend(deps.mended.get(place), asIs) : deps.contract.judge(asIs);
}

async function feed(
  fed: readonly { readonly letter: Letter; readonly record: OutgoingRecord }[],
  { deadLetterTopic, send }: ReplayDeps,
): Promise<void> {
  if (fed.length === 0) return;
  await send(fed.map(({ record }) => record));
  const byPartition = new Map<number, bigint[]>();
  for (const { letter } of fed) {
    byPartition.set(letter.partition, [...(byPartition.get(letter.partition) ?? []), letter.offset]);
  }
  await send(
    Array.from(byPartition, ([partition, offsets]) => ({
      topic: deadLetterTopic,
      partition,
      key: null,
      ...toReplayMark(offsets),
    })),
  );
}
