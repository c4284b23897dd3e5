import { missingRightOf } from './missing-right.ts';
import { RedisNodeError } from './redis-node-error.ts';

const TROUBLES: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/ECONNREFUSED/, 'nobody listens at its address (connection refused)'],
  [/ENOTFOUND|EAI_AGAIN/, 'the name of its host cannot be resolved'],
  [/EHOSTUNREACH|ENETUNREACH/, 'its host cannot be reached'],
  [/ETIMEDOUT/, 'its host does not answer (connecting timed out); with rediss: does it speak TLS at this port?'],
  [/^Command timed out|^Socket timeout|^no answer within/, 'it is connected and does not answer'],
  [/^LOADING/, 'it is still loading its data (LOADING)'],
  [/^READONLY/, 'it is a replica and takes no writes (READONLY): is a failover under way?'],
  [/^OOM/, 'its memory is full and it takes no writes (OOM): raise maxmemory'],
  [/^MISCONF/, 'it cannot save to its disk and takes no writes (MISCONF): see its log'],
  [/^(MASTERDOWN|CLUSTERDOWN|NOREPLICAS)/, 'its master or cluster is not complete'],
  [/^None of startup nodes|^Failed to refresh slots|^Cluster isn't ready/, 'no node of the cluster answers'],
  [/TRYAGAIN/, 'a slot of the cluster is moving between two nodes (TRYAGAIN)'],
  [/^(Too many Cluster redirections|MOVED|ASK)/, 'the nodes of the cluster do not agree where a slot lives'],
  [/^BUSY/, 'a script of somebody blocks it (BUSY)'],
  [/^(NOAUTH|WRONGPASS)/, 'it refuses the user and password of CHURN_REDIS_URL, or misses them'],
  [/^ERR max number of clients/, 'it has as many clients as it allows (maxclients)'],
  [
    /certificate has expired/,
    "its certificate, or an authority's, has expired: renew it, and give it to Redis (CONFIG SET tls-cert-file, or a restart)",
  ],
  [/certificate is not yet valid/, 'its certificate is not valid yet: are the clocks right?'],
  [
    /does not match certificate's altnames/,
    'its certificate is made out to another name than the one in CHURN_REDIS_URL: use a name that the certificate has',
  ],
  [
    /self-signed certificate|unable to (verify|get).* certificate/,
    'its certificate is of an authority that is not trusted: CHURN_REDIS_CA_FILE has to name the file with the authority that signed it',
  ],
  [
    /wrong version number|packet length too long|record layer failure/,
    'it does not speak TLS at this port: expected redis instead of rediss in CHURN_REDIS_URL, or its tls-port',
  ],
  [
    /alert (certificate required|unknown ca|bad certificate|handshake failure|certificate unknown|certificate expired)/,
    "it refuses this client's certificate, or misses one: see CHURN_REDIS_CERT_FILE and CHURN_REDIS_KEY_FILE",
  ],
  [
    /closed|isn't writeable|ECONNRESET|EPIPE|max retries|socket disconnected/,
    'the connection was lost; where that lasts: does it expect TLS (rediss)?',
  ],
];

/** What is wrong with Redis, in words, by what the client or the server said. */
export function redisTrouble(error: unknown): string {
  if (error instanceof RedisNodeError) return `${redisTrouble(error.cause)} (node ${error.node})`;
  const said = error instanceof Error ? error.message : String(error);
  const right = missingRightOf(said);
  if (right !== undefined) return `its user of CHURN_REDIS_URL lacks ${right} (NOPERM): compare deploy/redis/users.acl`;
  return TROUBLES.find(([pattern]) => pattern.test(said))?.[1] ?? said;
}
