/** What the client and the server say when the trouble is the server's, not the command's. */
const outages: readonly RegExp[] = [
  /^Command timed out$/,
  /^Command aborted due to connection close$/,
  /^Socket timeout/,
  /^Stream isn't writeable/,
  /^Connection is closed/,
  /^Reached the max retries per request limit/,
  /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|OOM|MISCONF|NOREPLICAS|NOAUTH|WRONGPASS|NOPERM) /,
  /^ERR max number of clients reached/,
  /^((connect|read|write|getaddrinfo) )?(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/,
];

/**
 * Whether an error of a Redis command goes away when the server is well again: by itself, or by a person who gives it
 * memory, a disk or a password. The command may have been applied all the same.
 */
export function isRedisOutage(error: unknown): boolean {
  return error instanceof Error && outages.some((outage) => outage.test(error.message));
}
