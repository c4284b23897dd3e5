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
    const { message, ...detail } = entry.log;
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
