import type { Readable } from 'node:stream';
import type { RowFormat } from '../mapping/map-row.ts';
import { createRowParser } from './create-row-parser.ts';
import type { ReadRow } from './read-row.ts';
import { readText } from './read-text.ts';

/** Rows of a stream of bytes, some hundreds at a time. @throws TruncatedSourceError where it ends too early. */
export async function* readRows(
  source: Readable,
  format: RowFormat,
  onBytes: (bytes: number) => void,
): AsyncGenerator<readonly ReadRow[]> {
  const parser = createRowParser(format);
  const encoding = format.format === 'csv' ? format.encoding : 'utf-8';
  for await (const text of readText(source, encoding, onBytes)) {
    const rows = parser.push(text);
    if (rows.length > 0) yield rows;
  }
  const last = parser.end();
  if (last.length > 0) yield last;
}
