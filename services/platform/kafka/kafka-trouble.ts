/** Errors that name no answer of a broker, only the lack of one. */
const UNANSWERED: readonly string[] = [
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSLockTimeout',
  'UnacknowledgedError',
];

const TROUBLES: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/ECONNREFUSED/, 'nobody listens at the address of a broker (connection refused)'],
  [/ENOTFOUND|EAI_AGAIN/, 'the name of a broker cannot be resolved'],
  [/EHOSTUNREACH|ENETUNREACH/, 'the host of a broker cannot be reached'],
  [/connection timeout/i, 'a broker does not answer (connecting timed out)'],
  [/timed out|no answer within/i, 'a broker is connected and does not answer'],
  [/disconnected|closed connection|ECONNRESET|EPIPE/i, 'the connection to a broker was lost'],
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

/** What is wrong with Kafka, in words, by what the client said. */
export function kafkaTrouble(error: unknown): string {
  const said = error instanceof Error ? originOf(error).message : String(error);
  return TROUBLES.find(([pattern]) => pattern.test(said))?.[1] ?? said;
}
