import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { readRows } from '../../../services/intake/sources/read-rows.ts';
import type { ReadRow } from '../../../services/intake/sources/read-row.ts';

const csv = { format: 'csv', delimiter: ',', quote: '"', columns: undefined } as const;

async function rowsOf(bytes: Buffer, encoding: string, step: number): Promise<ReadRow[]> {
  const pieces: Buffer[] = [];
  for (let from = 0; from < bytes.length; from += step) pieces.push(bytes.subarray(from, from + step));
  const rows: ReadRow[] = [];
  const source = Readable.from(pieces, { objectMode: false });
  for await (const some of readRows(source, { ...csv, encoding }, () => undefined)) rows.push(...some);
  return rows;
}

test('rows with bytes that are no text are refused, so that two ids never become one; the others are read', async () => {
  const bytes = Buffer.from('id,a\n1,x\n\xe4,y\n2,z\n\xfc,y\n3,"new\nline"\n', 'latin1');
  for (let step = 1; step <= bytes.length; step += 1) {
    const rows = await rowsOf(bytes, 'utf-8', step);
    assert.deepEqual(
      rows.map((read) => (read.ok ? read.row : read.reason)),
      [['id', 'a'], ['1', 'x'], 'undecodable_text', ['2', 'z'], 'undecodable_text', ['3', 'new\nline']],
      `in pieces of ${step}`,
    );
  }
});

test('other encodings are read where the mapping states them', async () => {
  const rows = await rowsOf(Buffer.from('\xd6\xd0\xb9\xfa,1\n', 'latin1'), 'gb18030', 1);
  assert.deepEqual(
    rows.map((read) => read.ok && read.row),
    [['中国', '1']],
  );
});
