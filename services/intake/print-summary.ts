import type { Writable } from 'node:stream';
import type { FeedSummary } from './feed-books.ts';

/** Tells the end of a run: for people, or as one line of JSON. */
export async function printSummary(feeds: readonly FeedSummary[], asJson: boolean, to: Writable): Promise<void> {
  const text = asJson ? JSON.stringify({ feeds }) : toSummaryLines(feeds).join('\n');
  const { promise, resolve } = Promise.withResolvers<undefined>();
  to.write(`${text}\n`, () => {
    resolve(undefined);
  });
  await promise;
}

function toSummaryLines(feeds: readonly FeedSummary[]): readonly string[] {
  return feeds.flatMap((feed) => {
    const { rows, sent, marks, skipped, rejected, files, alreadyImported, seconds, rowsPerSecond, completeThrough } =
      feed;
    const number = (value: number): string => value.toLocaleString('en');
    return [
      `feed ${feed.feed}: ${feed.state}${feed.stoppedBecause === undefined ? '' : ` (${feed.stoppedBecause})`}`,
      `  rows      ${number(rows)} in ${seconds.toFixed(1)} s, ${number(rowsPerSecond)} a second`,
      `  sent      ${number(sent)}`,
      ...(marks > 0 ? [`  marks     ${number(marks)}`] : []),
      `  skipped   ${byReason(skipped)}`,
      `  rejected  ${byReason(rejected)}`,
      `  files     ${number(files)} imported, ${number(alreadyImported)} already imported before`,
      `  complete  ${completeThrough === null ? 'not known' : `through ${completeThrough}`}`,
    ];
  });
}

function byReason(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  if (entries.length === 0) return '0';
  const sum = entries.reduce((total, [, count]) => total + count, 0);
  return `${sum.toLocaleString('en')} (${entries.map(([reason, count]) => `${reason} ${count.toLocaleString('en')}`).join(', ')})`;
}
