import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createNdjsonParser } from '../../../services/intake/sources/parse-ndjson.ts';

test('values come line by line, however the text is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.constantFrom('\n', '\r\n'), fc.nat(20), (values, lineEnd, step) => {
      const text = values.map((value) => JSON.stringify(value)).join(lineEnd);
      const parser = createNdjsonParser();
      const read = [];
      for (let from = 0; from < text.length; from += step + 1)
        read.push(...parser.push(text.slice(from, from + step + 1)));
      read.push(...parser.end());
      assert.deepEqual(
        read.map((row) => [row.line, row.ok ? JSON.stringify(row.row) : row.reason]),
        values.map((value, index) => [index + 1, JSON.stringify(value)]),
      );
    }),
  );
});

test('a line that is no JSON is told with its number, and the rest is read', () => {
  const parser = createNdjsonParser();
  assert.deepEqual(
    [...parser.push('{"a":1}\n\nnonsense\n'), ...parser.push('[2]'), ...parser.end()],
    [
      { ok: true, line: 1, row: { a: 1 } },
      { ok: false, line: 3, reason: 'unparsable_row' },
      { ok: true, line: 4, row: [2] },
    ],
  );
});

test('a line that is too long is refused without being kept', () => {
  const parser = createNdjsonParser(8);
  const read = ['"aaaaaaaaa', 'bbbbbbbbbb', '"\n1\n'].flatMap((piece) => parser.push(piece));
  assert.deepEqual(read, [
    { ok: false, line: 1, reason: 'row_too_long' },
    { ok: true, line: 2, row: 1 },
  ]);
});
