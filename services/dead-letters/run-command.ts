import { writeFileSync } from 'node:fs';
import type { IncomingRecord, OutgoingRecord } from '../platform/kafka/record.ts';
import type { DeadLettersConfig } from './config.ts';
import { readLetterHead } from './dead-letter-record.ts';
import { createLetterShelf, placeOf } from './letter-shelf.ts';
import type { Letter } from './letter-shelf.ts';
import { replayLetters } from './replay-letters.ts';
import { selectLetters } from './select-letters.ts';
import { bookLines, countByReason, countLines, letterLine } from './tell-letters.ts';
import type { TopicContract } from './topic-contract.ts';

export interface CommandDeps {
  readonly deadLetterTopic: string;
  readonly contract: TopicContract;
  /** Hands over every record of the dead-letter topic. */
  readonly readLetters: (onRecord: (record: IncomingRecord, partition: number) => void) => Promise<void>;
  /** Hands over the records that the letters' topic still holds at these places. */
  readonly readOrigins: (
    offsetsByPartition: ReadonlyMap<number, readonly bigint[]>,
    onRecord: (record: IncomingRecord, partition: number) => void,
  ) => Promise<void>;
  readonly send: (records: readonly OutgoingRecord[]) => Promise<void>;
  /** A line of the result. */
  readonly print: (line: string) => void;
  /** A line beside the result. */
  readonly tell: (line: string) => void;
}

type Chosen = Pick<
  DeadLettersConfig,
  'command' | 'topic' | 'selection' | 'limit' | 'mended' | 'out' | 'isDry' | 'json'
>;

/** Late ones would only be parked again. */
const LATE = 'late';

/** @returns the exit code. */
export async function runCommand(config: Chosen, deps: CommandDeps): Promise<number> {
  const shelf = createLetterShelf();
  await deps.readLetters((record, partition) => {
    shelf.take(record, partition);
  });
  const letters = selectLetters(shelf.letters(), config.selection);
  if (shelf.strangers() > 0) deps.tell(`${shelf.strangers()} records are no letters of ours, and left alone`);
  switch (config.command) {
    case 'list': {
      const counts = countByReason(letters);
      print(config, deps, counts, countLines(config.topic, counts));
      return 0;
    }
    case 'show': {
      const shown = limited(letters, config, deps);
      const plain = shown.map((letter) => ({ ...letter, offset: String(letter.offset), letterOffset: undefined }));
      print(config, deps, plain, shown.map(letterLine));
      return 0;
    }
    case 'export':
      return await exportLetters(limited(letters, config, deps), config, deps);
    case 'replay':
      return await replay(letters, config, deps);
  }
}

async function replay(letters: readonly Letter[], config: Chosen, deps: CommandDeps): Promise<number> {
  const { selection, mended = new Map<string, unknown>(), isDry, topic } = config;
  const wanted = letters.filter(
    ({ partition, offset, reason }) =>
      reason !== LATE || selection.reasons.includes(LATE) || mended.has(placeOf(partition, offset)),
  );
  const late = letters.length - wanted.length;
  if (late > 0) deps.tell(`${late} late letters are left out: fed in again they would be late again`);
  const open = limited(
    wanted.filter(({ isReplayed }) => !isReplayed),
    config,
    deps,
  );
  const done = wanted.filter(({ isReplayed }) => isReplayed);
  const records = await recordsOf(open, deps);
  const books = await replayLetters([...done, ...open], {
    topic,
    deadLetterTopic: deps.deadLetterTopic,
    contract: deps.contract,
    mended,
    read: () => Promise.resolve(records),
    send: deps.send,
    isDry,
    onProgress: (replayed) => {
      deps.tell(`${replayed} of ${open.length} ${isDry ? 'would be fed in' : 'fed in'}`);
    },
    onStillBad: ({ partition, offset }, reason, detail) => {
      deps.tell(`${placeOf(partition, offset)} is still bad: ${reason}, ${detail}`);
    },
  });
  const unknown = [...mended.keys()].filter(
    (place) => !letters.some(({ partition, offset }) => placeOf(partition, offset) === place),
  );
  for (const place of unknown) deps.tell(`${place} is no letter of ${deps.deadLetterTopic}`);
  print(config, deps, { ...books, isDry, unknown, late }, bookLines(books, isDry));
  return books.stillBad + books.gone + unknown.length === 0 ? 0 : 1;
}

async function exportLetters(letters: readonly Letter[], config: Chosen, deps: CommandDeps): Promise<number> {
  const records = await recordsOf(letters, deps);
  const lines: string[] = [];
  for (const { partition, offset } of letters) {
    const value = records.get(placeOf(partition, offset))?.value ?? null;
    const record = value === null ? undefined : deps.contract.toPlain(value);
    if (record !== undefined) lines.push(JSON.stringify({ partition, offset: String(offset), record }));
  }
  writeFileSync(config.out ?? '', lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  const unreadable = letters.length - lines.length;
  print(config, deps, { exported: lines.length, unreadable }, [`exported ${lines.length}, unreadable ${unreadable}`]);
  return unreadable === 0 ? 0 : 1;
}

/** The letters' records, read anew: the first of each; where its content was withheld, that at its origin. */
async function recordsOf(letters: readonly Letter[], deps: CommandDeps): Promise<ReadonlyMap<string, IncomingRecord>> {
  const records = new Map<string, IncomingRecord>();
  const withheld = Map.groupBy(
    letters.filter(({ isWithheld }) => isWithheld),
    ({ partition }) => partition,
  );
  if (withheld.size > 0) {
    const offsets = new Map(Array.from(withheld, ([partition, own]) => [partition, own.map(({ offset }) => offset)]));
    await deps.readOrigins(offsets, (record, partition) => {
      records.set(placeOf(partition, record.offset), record);
    });
  }
  const whole = letters.filter(({ isWithheld }) => !isWithheld);
  if (whole.length === 0) return records;
  const wanted = new Set(whole.map(({ partition, offset }) => placeOf(partition, offset)));
  await deps.readLetters((record) => {
    const head = readLetterHead(record);
    const place = head === undefined ? '' : placeOf(head.partition, head.offset);
    if (wanted.has(place) && !records.has(place)) records.set(place, record);
  });
  return records;
}

function limited(letters: readonly Letter[], { limit }: Chosen, { tell }: CommandDeps): readonly Letter[] {
  if (letters.length > limit) tell(`${letters.length - limit} more letters are left for another run (--limit)`);
  return letters.slice(0, limit);
}

function print({ json }: Chosen, deps: CommandDeps, result: unknown, lines: readonly string[]): void {
  if (json) deps.print(JSON.stringify(result));
  else for (const line of lines) deps.print(line);
}
