/** Every key of intake, under one hash tag, so that one script can write several. */
export function intakeKeys(keyspace: string, feed: string) {
  const tag = `${keyspace}{intake}:`;
  return {
    /** String: token of the instance that reads the feed. */
    lease: `${tag}lease:${feed}`,
    /** Hash: SHA-256 of a file's bytes → how far it was read. */
    files: `${tag}files:${feed}`,
    /** Hash: path of a file → size, time of change and SHA-256, so that known files are not read again to know them. */
    names: `${tag}names:${feed}`,
    /** String: how far the feed is complete. */
    progress: `${tag}progress:${feed}`,
    /** Hash: topic/partition → next offset and what was read before it. */
    topic: `${tag}topic:${feed}`,
  };
}
