import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import type { KafkaSettings } from '../../../services/platform/kafka/client.ts';
import { registerCodecs } from '../../../services/platform/kafka/codecs.ts';
import { openOffsetReader } from '../../../services/platform/kafka/offsets.ts';

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;
const KINDS = {
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
} as const;
export type Compression = keyof typeof KINDS;

/** How many batches of a topic stand in the log in each compression; those that are not compressed are not counted. */
export async function countCompressed(settings: KafkaSettings, topic: string): Promise<Record<Compression, number>> {
  const counts: Record<Compression, number> = { gzip: 0, snappy: 0, lz4: 0, zstd: 0 };
  const ends = await endsOf(settings, topic);
  registerCodecs();
  for (const kind of ['gzip', 'snappy', 'lz4', 'zstd'] as const) {
    const codec: unknown = CompressionCodecs[KINDS[kind]]();
    CompressionCodecs[KINDS[kind]] = () => {
      counts[kind] += 1;
      return codec;
    };
  }
  try {
    await readToEnd(settings, topic, ends);
    return counts;
  } finally {
    registerCodecs();
  }
}

async function endsOf(settings: KafkaSettings, topic: string): Promise<Map<number, bigint>> {
  const offsets = await openOffsetReader(settings);
  try {
    const bounds = [...(await offsets.allBoundsOf(topic))];
    return new Map(bounds.flatMap(([partition, { endOffset }]) => (endOffset > 0n ? [[partition, endOffset]] : [])));
  } finally {
    await offsets.close();
  }
}

async function readToEnd(
  { brokers, clientId }: KafkaSettings,
  topic: string,
  ends: Map<number, bigint>,
): Promise<void> {
  const consumer = new Kafka({ brokers: [...brokers], clientId, logLevel: logLevel.NOTHING }).consumer({
    groupId: `count-${randomUUID()}`,
    readUncommitted: true,
  });
  const done = Promise.withResolvers<undefined>();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: ({ batch }) => {
      if (BigInt(batch.lastOffset()) + 1n >= (ends.get(batch.partition) ?? 0n)) ends.delete(batch.partition);
      if (ends.size === 0) done.resolve(undefined);
      return Promise.resolve();
    },
  });
  await done.promise;
  await consumer.disconnect();
}
