/** What the client's batches hold and their types do not say. */

/** Offset that was asked for. @param batch of the client, or what it tells of one without a record. */
export function fetchedOffsetOf(batch: object): bigint {
  if ('fetchedOffset' in batch && typeof batch.fetchedOffset === 'string') return BigInt(batch.fetchedOffset);
  throw new TypeError('a batch of the client does not say which offset was asked for');
}

/** @throws UnreadableBatchError where nothing of it could be read; other partitions of the same fetch can be. */
export function requireReadable(batch: object): void {
  if (!('failure' in batch) || batch.failure === undefined) return;
  throw new UnreadableBatchError(fetchedOffsetOf(batch), batch.failure);
}

/** A batch in the log that cannot be unpacked or decoded. It does not go away by itself. */
export class UnreadableBatchError extends Error {
  override readonly name = 'UnreadableBatchError';

  constructor(fromOffset: bigint, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`the batch at offset ${fromOffset} cannot be read: ${reason}`, { cause });
  }
}
