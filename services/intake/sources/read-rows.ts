import type { Readable } from 'node:stream';
import type { ReadRow, RowParser } from './read-row.ts';
import { readText } from './read-text.ts';

/** Rows of a stream of bytes, some hundreds at a time. @throws TruncatedSourceError where it ends too early. */
export async function* readRows(
  source: Readable,
  parser: RowParser,
  onBytes: (bytes: number) => void,
): AsyncGenerator<readonly ReadRow[]> {
  for await (const text of readText(source, onBytes)) {
    const rows = parser.push(text);
    if (rows.length > 0) yield rows;
  }
  const last = parser.end();
  if (last.length > 0) yield last;
}
