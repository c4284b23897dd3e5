/** Errors that name no answer of a broker, only the lack of one. */
const UNANSWERED: readonly string[] = [
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSLockTimeout',
  // A password that was changed looks like a wrong one.
  'KafkaJSSASLAuthenticationError',
  'UnacknowledgedError',
];

/** Errors of producers that say more than what the client said below them. */
const TELLING: readonly string[] = ['RecordTooLargeError', 'TopicMissingError'];

type Words = readonly (readonly [pattern: RegExp, words: string])[];

/** What a broker refuses to somebody whom it knows. */
const MISSING_RIGHTS: Words = [
  [
    /Topic authorization failed|TOPIC_AUTHORIZATION_FAILED/i,
    'the user of CHURN_KAFKA_USER may not read, write or describe a topic (TOPIC_AUTHORIZATION_FAILED): compare deploy/kafka/acls.csv',
  ],
  [
    /Group authorization failed|GROUP_AUTHORIZATION_FAILED/i,
    'the user of CHURN_KAFKA_USER may not use its consumer group (GROUP_AUTHORIZATION_FAILED): compare deploy/kafka/acls.csv',
  ],
  [
    /Cluster authorization failed|CLUSTER_AUTHORIZATION_FAILED/i,
    'the user of CHURN_KAFKA_USER lacks a right on the cluster (CLUSTER_AUTHORIZATION_FAILED): compare deploy/kafka/acls.csv',
  ],
];

/** What the client says in its own words, whatever a broker answered. */
const UNCLEAR: Words = [
  [
    /Failed to find group coordinator/,
    'no broker coordinates the consumer group: are all of them up, and may the user of CHURN_KAFKA_USER use the group? compare deploy/kafka/acls.csv',
  ],
];

const TROUBLES: Words = [
  [
    /certificate has expired/,
    "a broker's certificate, or an authority's, has expired: renew it, and give it to the broker",
  ],
  [/certificate is not yet valid/, "a broker's certificate is not valid yet: are the clocks right?"],
  [
    /does not match certificate's altnames/,
    "a broker's certificate is made out to another name than the one it is reached by: use a name that the certificate has in CHURN_KAFKA_BROKERS and in the broker's advertised.listeners",
  ],
  [
    /self-signed certificate|unable to (verify|get).* certificate/,
    "a broker's certificate is of an authority that is not trusted: CHURN_KAFKA_CA_FILE has to name the file with the authority that signed it",
  ],
  [
    /wrong version number|packet length too long|record layer failure|before secure TLS connection was established/,
    'a broker does not speak TLS at this port: expected CHURN_KAFKA_TLS=off, or its port with TLS',
  ],
  [
    /alert (certificate required|unknown ca|bad certificate|handshake failure|certificate unknown|certificate expired)/,
    "a broker refuses this client's certificate, or misses one: see CHURN_KAFKA_CERT_FILE and CHURN_KAFKA_KEY_FILE",
  ],
  [
    /mechanism is not supported|not support the requested SASL mechanism/i,
    'a broker does not offer the mechanism of CHURN_KAFKA_SASL at this port',
  ],
  [
    /current SASL state|ILLEGAL_SASL_STATE/i,
    'a broker asks for no user at this port: expected CHURN_KAFKA_SASL=off, or its port with SASL',
  ],
  [
    /SASL .*authentication failed|invalid credentials|SASL Authentication failed/i,
    'a broker refuses the user and password of CHURN_KAFKA_USER and CHURN_KAFKA_PASSWORD',
  ],
  [/ECONNREFUSED/, 'nobody listens at the address of a broker (connection refused)'],
  [/ENOTFOUND|EAI_AGAIN/, 'the name of a broker cannot be resolved'],
  [/EHOSTUNREACH|ENETUNREACH/, 'the host of a broker cannot be reached'],
  [/connection timeout/i, 'a broker does not answer (connecting timed out)'],
  [
    /timed out|no answer within/i,
    'a broker is connected and does not answer; does it expect TLS at this port (CHURN_KAFKA_TLS)?',
  ],
  [
    /disconnected|closed connection|ECONNRESET|EPIPE/i,
    'the connection to a broker was lost; where that lasts: does it expect TLS or a user (CHURN_KAFKA_TLS, CHURN_KAFKA_SASL)?',
  ],
];

/** What went wrong at first, below the client's own wrappings. */
function originOf(error: Error): Error {
  return error.cause instanceof Error ? originOf(error.cause) : error;
}

/**
 * Whether an error of the client goes away when the cluster is well again: no broker answers, or one says that it cannot
 * now. A request that failed so may have been carried out all the same.
 */
export function isKafkaOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const origin = originOf(error);
  if (UNANSWERED.includes(error.name) || UNANSWERED.includes(origin.name)) return true;
  return origin.name.startsWith('KafkaJS') && 'retriable' in origin && origin.retriable === true;
}

/**
 * Whether what the client said is about the way to a broker. What a broker answers, such as that it is still loading a
 * group, is no sign that it is away.
 */
export function isConnectionTrouble(said: string): boolean {
  return TROUBLES.some(([pattern]) => pattern.test(said));
}

/** Whether a broker refuses what this user asks for. It does not go away by itself. */
export function isMissingKafkaRight(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { message } = originOf(error);
  return MISSING_RIGHTS.some(([pattern]) => pattern.test(message));
}

/** What is wrong with Kafka, in words, by what the client said. */
export function kafkaTrouble(error: unknown): string {
  if (error instanceof Error && TELLING.includes(error.name)) return error.message;
  const said = error instanceof Error ? originOf(error).message : String(error);
  return [...MISSING_RIGHTS, ...UNCLEAR, ...TROUBLES].find(([pattern]) => pattern.test(said))?.[1] ?? said;
}
