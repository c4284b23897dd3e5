import { Kafka, logLevel } from 'kafkajs';
import type { logCreator } from 'kafkajs';

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Takes the client's own messages; silent without it. */
  readonly onClientLog?: (level: 'error' | 'warn' | 'info', message: string, detail: object) => void;
}

/** A kafkajs client with every retry stated, so that no environment variable changes behaviour. */
export function createKafka(settings: KafkaSettings): Kafka {
  const { brokers, clientId, onClientLog } = settings;
  const creator: logCreator = () => (entry) => {
    // Only what locates the trouble: the rest may hold whole records and commands.
    const { message, ...rest } = entry.log;
    const { groupId, topic, partition, offset, broker, error }: Readonly<Record<string, unknown>> = rest;
    const detail = {
      groupId,
      topic,
      partition,
      offset,
      broker,
      error: error instanceof Error ? error.message : typeof error === 'string' ? error : undefined,
    };
    const level = entry.level === logLevel.ERROR ? 'error' : entry.level === logLevel.WARN ? 'warn' : 'info';
    onClientLog?.(level, message, detail);
  };
  return new Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: 3_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 300, maxRetryTime: 5_000, retries: 8, factor: 0.2, multiplier: 2 },
    logLevel: onClientLog === undefined ? logLevel.NOTHING : logLevel.WARN,
    logCreator: creator,
  });
}
