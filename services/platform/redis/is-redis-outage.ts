/** What the client and the server say when the trouble is the server's, not the command's. */
const outages: readonly RegExp[] = [
  /^Command timed out$/,
  /^Command aborted due to connection close$/,
  /^Socket timeout/,
  /^Stream isn't writeable/,
  /^Connection is closed/,
  /^Reached the max retries per request limit/,
  /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|OOM|MISCONF|NOREPLICAS|NOAUTH|WRONGPASS) /,
  // Of a cluster: a slot is on its way, or nobody is left to ask.
  /^(Too many Cluster redirections|Cluster isn't ready|None of startup nodes is available|Failed to refresh slots cache)/,
  /^ERR max number of clients reached/,
  /^((connect|read|write|getaddrinfo) )?(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/,
];

/**
 * Whether an error of a Redis command goes away when the server is well again: by itself, or by a person who gives it
 * memory, a disk or a password. The command may have been applied all the same.
 *
 * A right that is missing is none, see `isMissingRight`: the server is well, takes other commands, and is not found out.
 */
export function isRedisOutage(error: unknown): boolean {
  return error instanceof Error && outages.some((outage) => outage.test(error.message));
}
