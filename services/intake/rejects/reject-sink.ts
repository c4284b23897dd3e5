import { join } from 'node:path';
import type { OutgoingRecord } from '../../platform/kafka/record.ts';
import { openRejectFile } from './reject-file.ts';
import { toRejectLine } from './reject.ts';
import type { Reject } from './reject.ts';

/** Where a feed's rejects go. */
export interface RejectSink {
  /** Path of the file; '' where they go to a topic. */
  readonly file: string;
  /** Keeps rejects in the file; answers its length, 0 where they go to a topic. */
  keep(rejects: readonly Reject[]): Promise<number>;
  /** What is to be sent for them, with the rows that were not rejected; nothing where they go to a file. */
  toRecords(rejects: readonly Reject[]): readonly OutgoingRecord[];
  close(): Promise<void>;
}

/** File for the rejects of a source of rows. @param tag sets another content of the same name apart; '' for none. */
export function rejectFileOf(directory: string, feed: string, source: string, tag = ''): string {
  return join(directory, feed, `${source.replaceAll('/', '-')}${tag === '' ? '' : `.${tag}`}.rejects.ndjson`);
}

/** @param keptBytes length of the file that belongs to rows that are done. */
export async function openFileSink(path: string, keptBytes: number): Promise<RejectSink> {
  const file = await openRejectFile(path, keptBytes);
  return {
    file: path,
    keep: (rejects) => file.append(rejects.map(toRejectLine).join('')),
    toRecords: () => [],
    close: () => file.close(),
  };
}

/** At least once: what is sent again comes again. */
export function createTopicSink(topic: string): RejectSink {
  return {
    file: '',
    keep: () => Promise.resolve(0),
    toRecords: (rejects) =>
      rejects.map((reject) => ({ topic, key: reject.feed, value: Buffer.from(toRejectLine(reject).trimEnd()) })),
    close: () => Promise.resolve(),
  };
}
