import { Kafka, logLevel } from 'kafkajs';
import type { logCreator } from 'kafkajs';

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Takes the client's own messages; silent without it. */
  readonly onClientLog?: (level: 'error' | 'warn' | 'info', message: string, detail: object) => void;
  /** Tries of the client after a failed one; 8 unless told. */
  readonly retries?: number;
  /** Time for an answer of a broker; 30 s unless told. */
  readonly requestTimeoutMs?: number;
}

/** A kafkajs client with every retry stated, so that no environment variable changes behaviour. */
export function createKafka(settings: KafkaSettings): Kafka {
  const { brokers, clientId, onClientLog, retries = 8, requestTimeoutMs = 30_000 } = settings;
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
    requestTimeout: requestTimeoutMs,
    retry: { initialRetryTime: 300, maxRetryTime: 5_000, retries, factor: 0.2, multiplier: 2 },
    logLevel: onClientLog === undefined ? logLevel.NOTHING : logLevel.WARN,
    logCreator: creator,
  });
}
