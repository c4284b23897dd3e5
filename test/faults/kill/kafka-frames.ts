/** Where a request's header has what is looked at here; an answer begins with its correlation id. */
const AT = { apiKey: 0, correlationId: 4, clientId: 8 } as const;
const LENGTH_BYTES = 4;
const PRODUCE = 0;

/**
 * Cuts a stream of Kafka's protocol into its messages: each is led by its length in four bytes.
 *
 * @param onFrame told the message without its length, and with it.
 */
export function splitFrames(onFrame: (body: Buffer, whole: Buffer) => void): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let bytes = 0;
  let needed = LENGTH_BYTES;
  return (chunk) => {
    parts.push(chunk);
    bytes += chunk.length;
    if (bytes < needed) return;
    let rest = Buffer.concat(parts);
    for (;;) {
      needed = rest.length < LENGTH_BYTES ? LENGTH_BYTES : LENGTH_BYTES + rest.readInt32BE(0);
      if (rest.length < needed) break;
      onFrame(rest.subarray(LENGTH_BYTES, needed), rest.subarray(0, needed));
      rest = rest.subarray(needed);
    }
    parts = [rest];
    bytes = rest.length;
  };
}

export interface ProduceRequest {
  readonly correlationId: number;
  /** Which program sends, such as `churn-scorer`. */
  readonly clientId: string;
}

/** @returns undefined for a request of another kind. */
export function toProduceRequest(request: Buffer): ProduceRequest | undefined {
  if (request.readInt16BE(AT.apiKey) !== PRODUCE) return undefined;
  const length = request.readInt16BE(AT.clientId);
  const from = AT.clientId + 2;
  return {
    correlationId: request.readInt32BE(AT.correlationId),
    clientId: length < 0 ? '' : request.toString('utf8', from, from + length),
  };
}

export function correlationIdOf(answer: Buffer): number {
  return answer.readInt32BE(0);
}
