import { setTimeout } from 'node:timers/promises';
import type { Producer } from '../platform/kafka/producer.ts';
import type { EncodedRecord } from './encode-records.ts';
import { writeLog } from './write-log.ts';

/**
 * Writes a stream to the log until it ends or the process is told to stop, then prints one line of JSON: the counts of
 * what the broker holds, and what the feeder has to say of its own.
 */
export async function feedLog(
  records: Iterable<EncodedRecord>,
  log: {
    readonly topic: string;
    /** Partitions of the topic. */
    readonly partitions: number;
    readonly producer: Pick<Producer, 'send'>;
    /** Undefined for as fast as it goes. */
    readonly eventsPerSecond: number | undefined;
  },
  ownCounts: () => Readonly<Record<string, unknown>>,
): Promise<void> {
  const { topic, partitions, producer, eventsPerSecond } = log;
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      stopped.abort();
    });
  }
  const startedAtMs = Date.now();
  const written = await writeLog(records, {
    topic,
    partitions,
    send: (batch) => producer.send(batch),
    eventsPerSecond,
    clock: { nowMs: Date.now, sleep: (durationMs) => setTimeout(durationMs) },
    signal: stopped.signal,
  });
  const summary = {
    ...written,
    ...ownCounts(),
    seconds: (Date.now() - startedAtMs) / 1_000,
    complete: !stopped.signal.aborted,
  };
  process.stdout.write(`${JSON.stringify(summary)}\n`);
}
