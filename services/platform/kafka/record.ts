/** A record read from a topic. */
export interface IncomingRecord {
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
  /** Kafka's time stamp of the record. */
  readonly timestampMs: number;
}

/** A record to write. Without a partition the key decides, by Kafka's own (Java) partitioner. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly partition?: number;
  readonly key: string | Buffer | null;
  readonly value: Uint8Array | null;
  readonly headers?: Readonly<Record<string, string | Uint8Array>>;
}
