/**
 * Prints the closing line of `.ci/run` from the counts that the test run left behind. Exits with 1 if no test ran or one
 * failed.
 *
 *   print-summary.mjs COUNTS_FILE
 */
import { existsSync, readFileSync } from 'node:fs';
import { isGood, parseCounts, summaryLine } from './test-counts.mjs';

const path = process.argv[2] ?? '';
const counts = parseCounts(existsSync(path) ? readFileSync(path, 'utf8') : '');
console.log(summaryLine(counts));
process.exitCode = isGood(counts) ? 0 : 1;
