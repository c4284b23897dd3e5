import { Kafka, logLevel } from 'kafkajs';
import type { KafkaConfig, logCreator } from 'kafkajs';
import { registerCodecs } from './codecs.ts';

/** PEM texts. */
export interface KafkaTls {
  /** Authorities that the brokers' certificates must come from; those that Node knows unless told. */
  readonly ca?: string | undefined;
  /** The client's certificate and key, where the brokers ask for them. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** Where the brokers are, and how a client proves who it is. */
export interface KafkaAccess {
  readonly brokers: readonly string[];
  /** Without it all that is said can be read and changed on the way. */
  readonly tls?: KafkaTls;
  readonly sasl?: KafkaSasl;
}

export interface KafkaSettings extends KafkaAccess {
  readonly clientId: string;
  /** Takes the client's own messages; silent without it. */
  readonly onClientLog?: (level: 'error' | 'warn' | 'info', message: string, detail: object) => void;
  /** Tries of the client after a failed one; 8 unless told. */
  readonly retries?: number;
  /** Time for an answer of a broker; 10 s unless told. */
  readonly requestTimeoutMs?: number;
}

/**
 * Longer than a broker itself waits for replicas. One that vanished without a word holds each request for this long, and
 * often two in a row: the one under way, and the question who has taken over, which goes to any broker.
 */
const ANSWERED_WITHIN_MS = 10_000;

/** Shorter than a request may take: who leads is asked anew at each try after one that was not answered. */
export const METADATA_MAX_AGE_MS = 8_000;

/**
 * A kafkajs client that reads batches of every compression, with every retry stated, so that no environment variable
 * changes behaviour.
 */
export function createKafka(settings: KafkaSettings): Kafka {
  registerCodecs();
  const { brokers, tls, sasl, clientId, onClientLog, retries = 8, requestTimeoutMs = ANSWERED_WITHIN_MS } = settings;
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
    ...(tls === undefined ? {} : { ssl: tlsOptions(tls) }),
    ...(sasl === undefined ? {} : { sasl: saslOptions(sasl) }),
    connectionTimeout: 3_000,
    requestTimeout: requestTimeoutMs,
    retry: { initialRetryTime: 300, maxRetryTime: 5_000, retries, factor: 0.2, multiplier: 2 },
    logLevel: onClientLog === undefined ? logLevel.NOTHING : logLevel.WARN,
    logCreator: creator,
  });
}

function tlsOptions({ ca, cert, key }: KafkaTls): NonNullable<KafkaConfig['ssl']> {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function saslOptions({ mechanism, username, password }: KafkaSasl): NonNullable<KafkaConfig['sasl']> {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}
