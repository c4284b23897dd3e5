import { awaitPart } from '../process/await-part.ts';
import type { Part } from '../process/part-board.ts';
import { StartRefusal } from '../process/start-refusal.ts';
import type { KafkaSettings } from './client.ts';
import { kafkaTrouble } from './kafka-trouble.ts';
import { openOffsetReader } from './offsets.ts';
import type { OffsetReader } from './offsets.ts';
import { openProducer } from './producer.ts';
import type { Producer } from './producer.ts';
import { partitionCountsOf } from './topics.ts';

export interface AwaitKafkaOptions {
  readonly kafka: KafkaSettings;
  /** Its number of partitions is the state's. */
  readonly inputTopic: string;
  /** Topics that have to be there, too. */
  readonly topics: readonly string[];
  /** Pairs of a topic and one that is written to in the same partition, which needs as many. */
  readonly aligned: readonly (readonly [topic: string, writtenTopic: string])[];
  readonly part: Part;
  readonly signal: AbortSignal;
}

export interface AwaitedKafka {
  readonly partitionCount: number;
  readonly producer: Producer;
  readonly offsets: OffsetReader;
}

/**
 * Waits until a broker answers and all topics are there, then opens what reads offsets and what writes. How Kafka does
 * afterwards is the consumers' to tell: the part is not up yet when this resolves.
 *
 * @throws StartRefusal where a topic has fewer partitions than what is written to it.
 */
export async function awaitKafka(options: AwaitKafkaOptions): Promise<AwaitedKafka> {
  const { kafka, part, signal } = options;
  // One try each: the waiting is done here. Small time-outs, so that a broker that hangs is told as such.
  const impatient: KafkaSettings = { ...kafka, retries: 0, requestTimeoutMs: 5_000 };
  const wait = <T extends { close(): Promise<void> }>(open: () => Promise<T>): Promise<T> =>
    awaitPart({
      part,
      open,
      causeOf: kafkaTrouble,
      discard: (late) => {
        late.close().catch(() => undefined);
      },
      signal,
    });

  const partitionCount = await awaitPart({
    part,
    open: () => readPartitionCount(impatient, options),
    causeOf: kafkaTrouble,
    signal,
  });
  const [producer, offsets] = await Promise.all([wait(() => openProducer(kafka)), wait(() => openOffsetReader(kafka))]);
  return { partitionCount, producer, offsets };
}

async function readPartitionCount(settings: KafkaSettings, options: AwaitKafkaOptions): Promise<number> {
  const { inputTopic, topics, aligned } = options;
  const counts = await partitionCountsOf(settings, [inputTopic, ...topics]);
  const missing = [...counts].filter(([, count]) => count === 0).map(([topic]) => topic);
  if (missing.length > 0) {
    throw new Error(
      `the topic${missing.length > 1 ? 's' : ''} ${missing.join(', ')} must be created first${seenBy(settings)}`,
    );
  }
  const mistakes = aligned.flatMap(([topic, written]) => {
    const [expected = 0, found = 0] = [counts.get(topic), counts.get(written)];
    return found >= expected ? [] : [`${written}: expected ${expected} partitions, as ${topic} has, found ${found}`];
  });
  if (mistakes.length > 0) throw new StartRefusal('topics have too few partitions', mistakes);
  return counts.get(inputTopic) ?? 0;
}

/** A topic that a user may do nothing with is not shown to it. */
function seenBy({ sasl, tls }: KafkaSettings): string {
  const isKnown = sasl !== undefined || tls?.cert !== undefined;
  return isKnown ? ', or this user be allowed to describe it: compare deploy/kafka/acls.csv' : '';
}
