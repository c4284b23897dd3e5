import type { StackMode } from './choose-stack.mjs';
import type { Appendfsync } from './native-redis.ts';

export type StackOptions = {
  mode: StackMode;
  /** Where the native servers keep their data, also after close(). Unless told, a folder that close() removes. */
  directory?: string;
  /** Free ports are picked unless told. */
  kafkaPort?: number;
  redisPort?: number;
  /** When Redis flushes its append-only file to disk; `everysec` unless told. */
  appendfsync?: Appendfsync;
};

/** A Kafka cluster and a Redis that answer. */
export type Stack = {
  readonly mode: StackMode;
  /** `host:port` each. */
  readonly brokers: string[];
  readonly redisUrl: string;
  readonly versions: { readonly kafka: string; readonly redis: string };
  /** Ends what openStack() started, and waits for it; external services are left alone. May be called twice. */
  close(): Promise<void>;
};
