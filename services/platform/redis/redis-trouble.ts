const TROUBLES: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/ECONNREFUSED/, 'nobody listens at its address (connection refused)'],
  [/ENOTFOUND|EAI_AGAIN/, 'the name of its host cannot be resolved'],
  [/EHOSTUNREACH|ENETUNREACH/, 'its host cannot be reached'],
  [/ETIMEDOUT/, 'its host does not answer (connecting timed out)'],
  [/^Command timed out|^Socket timeout|^no answer within/, 'it is connected and does not answer'],
  [/^LOADING/, 'it is still loading its data (LOADING)'],
  [/^READONLY/, 'it is a replica and takes no writes (READONLY): is a failover under way?'],
  [/^OOM/, 'its memory is full and it takes no writes (OOM): raise maxmemory'],
  [/^MISCONF/, 'it cannot save to its disk and takes no writes (MISCONF): see its log'],
  [/^(MASTERDOWN|CLUSTERDOWN|NOREPLICAS)/, 'its master or cluster is not complete'],
  [/^BUSY/, 'a script of somebody blocks it (BUSY)'],
  [/^(NOAUTH|WRONGPASS)/, 'it refuses the user and password of CHURN_REDIS_URL, or misses them'],
  [/^NOPERM/, 'its user of CHURN_REDIS_URL lacks a permission (NOPERM)'],
  [/^ERR max number of clients/, 'it has as many clients as it allows (maxclients)'],
  [/closed|isn't writeable|ECONNRESET|EPIPE|max retries/, 'the connection was lost'],
];

/** What is wrong with Redis, in words, by what the client or the server said. */
export function redisTrouble(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  return TROUBLES.find(([pattern]) => pattern.test(said))?.[1] ?? said;
}
