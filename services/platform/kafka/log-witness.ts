import type { OffsetReader } from './offsets.ts';

/** The log of a topic is another one than before, though it has the same name: positions in it mean nothing. */
export class LogReplacedError extends Error {
  override readonly name = 'LogReplacedError';
}

/**
 * What held for a topic's log at some time and holds for it for ever, for it only grows at its end and shrinks at its
 * beginning: in each partition no record before the offset has a time stamp of `sinceMs` or later. A topic made anew
 * under the same name holds nothing but such records, from offset 0 on. Kafka tells topics apart by ids, but not to the
 * client in use.
 */
export interface LogWitness {
  readonly sinceMs: number;
  /** By partition. */
  readonly offsets: readonly bigint[];
}

/** Keeps the last witness of each topic, in words of `formatWitness`. */
export interface WitnessStore {
  read(topic: string): Promise<string | undefined>;
  write(topic: string, witness: string): Promise<void>;
}

/**
 * Holds a topic to its last witness, and replaces that by one of now.
 *
 * @throws LogReplacedError where it is another log.
 */
export async function holdToWitness(
  topic: string,
  offsets: Pick<OffsetReader, 'firstOffsetsSince'>,
  store: WitnessStore,
  nowMs: number,
): Promise<void> {
  const text = await store.read(topic);
  const known = text === undefined ? undefined : parseWitness(text);
  if (known !== undefined) requireWitness(topic, known, await offsets.firstOffsetsSince(topic, known.sinceMs));
  const found = await offsets.firstOffsetsSince(topic, nowMs);
  // Of the same log a later witness tells of no earlier offsets: one may have been replaced between the two questions.
  if (known !== undefined && nowMs >= known.sinceMs) requireWitness(topic, known, found);
  await store.write(topic, formatWitness({ sinceMs: nowMs, offsets: found }));
}

/** @param found the first offsets whose records are of `known.sinceMs` or later, or the ends of partitions without any. */
function requireWitness(topic: string, known: LogWitness, found: readonly bigint[]): void {
  known.offsets.forEach((offset, partition) => {
    const now = found[partition];
    if (now === undefined || now >= offset) return;
    const since = new Date(known.sinceMs).toISOString();
    throw new LogReplacedError(
      `${topic} is another log than it was: partition ${partition} held offsets to ${offset} before ${since}, and now ` +
        `only to ${now}. It was made anew, or lost its end; what Redis says of it belongs to the former one. Bring that ` +
        'back, or begin with an empty Redis or another CHURN_REDIS_KEYSPACE.',
    );
  });
}

function formatWitness({ sinceMs, offsets }: LogWitness): string {
  return [sinceMs, ...offsets].join(' ');
}

/** @returns undefined for what is no witness. */
function parseWitness(text: string): LogWitness | undefined {
  if (!/^\d+( \d+)+$/.test(text)) return undefined;
  const [since, ...offsets] = text.split(' ');
  return { sinceMs: Number(since), offsets: offsets.map(BigInt) };
}
