/**
 * The counts of a whole test run: `node --test` gets this file as a reporter, and `.ci/run` prints the closing line from
 * what it wrote.
 *
 * @typedef {object} TestCounts
 * @property {number} passed
 * @property {number} failed with those that were cancelled
 * @property {number} skipped with those that are only planned
 */

/** @typedef {{ passed: number, failed: number, cancelled: number, skipped: number, todo: number }} ReportedCounts */

/**
 * @param {ReportedCounts} counts as node:test reports them
 * @returns {TestCounts}
 */
export function toTestCounts({ passed, failed, cancelled, skipped, todo }) {
  return { passed, failed: failed + cancelled, skipped: skipped + todo };
}

/**
 * The line that ends a run of the checks.
 *
 * @param {TestCounts} counts
 */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

/**
 * @param {readonly TestCounts[]} runs
 * @returns {TestCounts}
 */
export function sumOfCounts(runs) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of runs) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  return sum;
}

/**
 * Whether the run stands: something ran and nothing failed.
 *
 * @param {TestCounts} counts
 */
export function isGood({ passed, failed }) {
  return passed > 0 && failed === 0;
}

/**
 * A reporter of node:test: the counts as one line of JSON. A run of several files has a summary for each of them and one
 * without a file, at the end, for all.
 *
 * @param {AsyncIterable<{ type: string, data: unknown }>} events
 */
export default async function* reportCounts(events) {
  for await (const { type, data } of events) {
    if (type === 'test:summary' && isOverallSummary(data)) yield `${JSON.stringify(toTestCounts(data.counts))}\n`;
  }
}

/**
 * Reads what the reporter wrote.
 *
 * @param {string} text
 * @returns {TestCounts} nothing passed and nothing failed if the run did not get to its end
 */
export function parseCounts(text) {
  const fields = [...text.matchAll(/"(passed|failed|skipped)":(\d+)/g)];
  const counts = Object.fromEntries(fields.map(([, name = '', value]) => [name, Number(value)]));
  return { passed: 0, failed: 0, skipped: 0, ...counts };
}

/**
 * @param {unknown} data
 * @returns {data is { counts: ReportedCounts }}
 */
function isOverallSummary(data) {
  return (
    typeof data === 'object' && data !== null && 'counts' in data && (!('file' in data) || data.file === undefined)
  );
}
