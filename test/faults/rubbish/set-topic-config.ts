import kafkajs from 'kafkajs';
import type { KafkaSettings } from '../../../services/platform/kafka/client.ts';

const { ConfigResourceTypes, Kafka, logLevel } = kafkajs;

/** Gives topics these settings of their own, in place of any that they had. */
export async function setTopicConfig(
  { brokers, clientId }: KafkaSettings,
  topics: readonly string[],
  config: Readonly<Record<string, string>>,
): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], clientId, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.alterConfigs({
      validateOnly: false,
      resources: topics.map((name) => ({
        type: ConfigResourceTypes.TOPIC,
        name,
        configEntries: Object.entries(config).map(([entry, value]) => ({ name: entry, value })),
      })),
    });
  } finally {
    await admin.disconnect();
  }
}
