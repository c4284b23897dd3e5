import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { LogRecord } from '../core/events/subscriber-event.ts';
import { decodeLogRecord, encodeLogRecord } from '../contracts/log-record.ts';
import type { IntakeFeed } from './intake-feed.ts';
import { createProgressTracker } from './progress/progress-tracker.ts';
import { readIntoBatches } from './read-into-batches.ts';
import { createRejectShare } from './rejects/reject-share.ts';
import { toRejectLine } from './rejects/reject.ts';
import { addTo, countOf } from './row-batch.ts';
import type { RowBatch } from './row-batch.ts';
import { toFileSource } from './run-file-feed.ts';
import type { ReadRow } from './sources/read-row.ts';
import { readRows } from './sources/read-rows.ts';
import { createRowTaker } from './take-row.ts';

/** A dry run looks at so many rows of a feed, in round figures. */
const CHECK_ROWS = 10_000;
const SHOWN_RECORDS = 5;
const SHOWN_REJECTS = 20;

/**
 * Reads the first rows of each feed as intake would, writes nothing, and prints what they would become.
 *
 * @returns whether the feeds are fit to run: their columns bind, and no more rows are rejected than they allow.
 */
export async function checkFeeds(
  feeds: readonly IntakeFeed[],
  stdin: Readable,
  print: (line: string) => void,
): Promise<boolean> {
  let fit = true;
  for (const feed of feeds) {
    print(`feed ${feed.name}`);
    if (feed.source.type === 'topic') {
      print(`  source is topic ${feed.source.topic}: its mapping is in order; its records are not read by a dry run`);
      continue;
    }
    const isFit = await checkFeed(feed, stdin, print).catch((error: unknown) => {
      print(`  cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    });
    fit &&= isFit;
  }
  return fit;
}

async function checkFeed(feed: IntakeFeed, stdin: Readable, print: (line: string) => void): Promise<boolean> {
  const sources = feed.source.type === 'stdin' ? [{ name: 'stdin', open: () => stdin }] : await filesOf(feed);
  if (sources.length === 0) print('  no file is there yet');
  let rowsLeft = CHECK_ROWS;
  let fit = true;
  const [skippedBy, rejectedBy] = [new Map<string, number>(), new Map<string, number>()];
  let [rows, sent, shownRecords, shownRejects] = [0, 0, 0, 0];

  function show(batch: RowBatch): void {
    rows += batch.rows;
    sent += batch.sent;
    for (const [reason, count] of batch.skippedBy) addTo(skippedBy, reason, count);
    for (const [reason, count] of batch.rejectedBy) addTo(rejectedBy, reason, count);
    for (const { value } of batch.records) {
      if (shownRecords >= SHOWN_RECORDS || value === null) break;
      const decoded = decodeLogRecord(value);
      if (!decoded.ok) continue;
      shownRecords += 1;
      print(`  record ${JSON.stringify(decoded.value)}`);
    }
    for (const reject of batch.rejects) {
      if (shownRejects >= SHOWN_REJECTS) break;
      shownRejects += 1;
      print(`  reject ${toRejectLine(reject).trimEnd()}`);
    }
  }

  for (const { name, open } of sources) {
    if (rowsLeft <= 0) break;
    const input = open();
    const end = await readIntoBatches({
      rows: firstOf(
        readRows(input, feed.mapping.rows, () => undefined),
        rowsLeft,
      ),
      mapping: feed.mapping,
      taker: createRowTaker({
        feed: feed.name,
        source: name,
        topic: '',
        partitions: 1,
        encode: (record: LogRecord) => encodeLogRecord(record),
        now: Date.now,
        tracker: createProgressTracker(feed.progress),
        statesProgress: feed.progress.mode === 'stated',
      }),
      share: createRejectShare(1),
      skipRows: 0,
      batchRows: 1_000,
      signal: new AbortController().signal,
      onBatch(batch) {
        show(batch);
        return Promise.resolve();
      },
    });
    input.destroy();
    if (end.kind === 'aborted') continue;
    show(end.rest);
    rowsLeft = CHECK_ROWS - rows;
    if (end.kind === 'stopped') {
      fit = false;
      print(`  ${name}: ${end.why}`);
    }
  }
  const rejected = countOf(rejectedBy);
  const isAbove = rows > 0 && rejected / rows > feed.maxRejectShare;
  if (isAbove)
    print(`  more rows are rejected than rejects.maxShare allows (${feed.maxRejectShare}): the feed would stop`);
  print(
    `  ${JSON.stringify({ rows, sent, skipped: Object.fromEntries(skippedBy), rejected: Object.fromEntries(rejectedBy) })}`,
  );
  return fit && !isAbove;
}

async function filesOf(feed: IntakeFeed): Promise<readonly { name: string; open: () => Readable }[]> {
  const files = await toFileSource(feed.source).look();
  return files.map(({ name, path }) => ({ name, open: () => createReadStream(path) }));
}

async function* firstOf(rows: AsyncIterable<readonly ReadRow[]>, count: number): AsyncGenerator<readonly ReadRow[]> {
  let left = count;
  for await (const some of rows) {
    yield some.slice(0, left);
    left -= some.length;
    if (left <= 0) return;
  }
}
