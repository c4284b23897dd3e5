/**
 * Prints the closing line of `.ci/run` from the counts that its test runs left behind, summed. Exits with 1 if in one of
 * the runs no test ran or one failed.
 *
 *   print-summary.mjs COUNTS_FILE...
 */
import { existsSync, readFileSync } from 'node:fs';
import { isGood, parseCounts, sumOfCounts, summaryLine } from './test-counts.mjs';

const runs = process.argv.slice(2).map((path) => parseCounts(existsSync(path) ? readFileSync(path, 'utf8') : ''));
console.log(summaryLine(sumOfCounts(runs)));
process.exitCode = runs.length > 0 && runs.every(isGood) ? 0 : 1;
