import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import kafkajs from 'kafkajs';
import type { KafkaSettings } from '../../services/platform/kafka/client.ts';
import { MAX_UNPACKED_BYTES, registerCodecs } from '../../services/platform/kafka/codecs.ts';

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;
const pack = promisify(gzip);

/** Sends a small batch of one record that unpacks to more than a reader takes. */
export async function sendPackedBomb(settings: KafkaSettings, topic: string, partition: number): Promise<void> {
  const { brokers, clientId } = settings;
  const producer = new Kafka({ brokers: [...brokers], clientId, logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  CompressionCodecs[CompressionTypes.GZIP] = () => ({ compress: ({ buffer }: { buffer: Buffer }) => pack(buffer) });
  try {
    const messages = [{ partition, key: null, value: Buffer.alloc(MAX_UNPACKED_BYTES) }];
    await producer.send({ topic, compression: CompressionTypes.GZIP, messages });
  } finally {
    registerCodecs();
    await producer.disconnect();
  }
}
