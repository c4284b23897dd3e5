/** What the client and the server say when the trouble passes by itself. */
const outages: readonly RegExp[] = [
  /^Command timed out$/,
  /^Stream isn't writeable/,
  /^Connection is closed/,
  /^Reached the max retries per request limit/,
  /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY) /,
  /^(connect |read )?(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)/,
];

/** Whether an error of a Redis command may go away by waiting. The command may have been applied all the same. */
export function isRedisOutage(error: unknown): boolean {
  return error instanceof Error && outages.some((outage) => outage.test(error.message));
}
