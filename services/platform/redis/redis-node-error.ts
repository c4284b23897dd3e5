/** What one node of a cluster, or the way to it, has said. */
export class RedisNodeError extends Error {
  override readonly name = 'RedisNodeError';
  /** host:port */
  readonly node: string;

  constructor(node: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.node = node;
  }
}
