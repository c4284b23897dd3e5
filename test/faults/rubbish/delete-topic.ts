import kafkajs from 'kafkajs';
import type { KafkaSettings } from '../../../services/platform/kafka/client.ts';
import { until } from '../../support/until.ts';

const { Kafka, logLevel } = kafkajs;

/** Deletes a topic, and waits until the broker does not list it any more. */
export async function deleteTopic({ brokers, clientId }: KafkaSettings, topic: string): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], clientId, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.deleteTopics({ topics: [topic] });
    await until(`${topic} is gone`, async () => !(await admin.listTopics()).includes(topic));
  } finally {
    await admin.disconnect();
  }
}
