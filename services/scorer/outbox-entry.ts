/** A record waiting in Redis to be published: what it is, and its value as it will stand on the topic; empty for a tombstone. */
export interface OutboxEntry {
  readonly kind: 'score' | 'alert';
  /** Unique by content: the same however often the log is replayed. */
  readonly id: string;
  readonly subscriberId: string;
  readonly eventTimeMs: number;
  readonly value: Uint8Array;
}

/** One line of JSON, then the value's bytes: readable with redis-cli, and nothing is encoded twice. */
export function encodeOutboxEntry(entry: OutboxEntry): Uint8Array {
  const { kind, id, subscriberId, eventTimeMs } = entry;
  return Buffer.concat([Buffer.from(`${JSON.stringify([kind, id, subscriberId, eventTimeMs])}\n`), entry.value]);
}

/** @throws TypeError where the bytes are not an entry. */
export function decodeOutboxEntry(bytes: Uint8Array): OutboxEntry {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = buffer.indexOf(0x0a);
  const head: unknown = JSON.parse(buffer.toString('utf8', 0, end));
  if (!Array.isArray(head)) throw new TypeError('outbox entry: the head is not a list');
  const [kind, id, subscriberId, eventTimeMs] = head as readonly unknown[];
  if (kind !== 'score' && kind !== 'alert') throw new TypeError('outbox entry: unknown kind');
  if (typeof id !== 'string' || typeof subscriberId !== 'string' || typeof eventTimeMs !== 'number') {
    throw new TypeError('outbox entry: the head is malformed');
  }
  return { kind, id, subscriberId, eventTimeMs, value: buffer.subarray(end + 1) };
}
