import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { createCsvParser } from '../../../services/intake/sources/parse-csv.ts';
import type { ReadRow, RowParser } from '../../../services/intake/sources/read-row.ts';
import { createRowScanner } from '../../../services/intake/sources/row-scanner.ts';

const COMMA = { delimiter: ',', quote: '"' };

function readAll(parser: RowParser, texts: readonly string[]): ReadRow[] {
  return [...texts.flatMap((piece) => parser.push(piece)), ...parser.end()];
}

function rowsOf(text: string, layout = COMMA): unknown[] {
  return readAll(createCsvParser(layout), [text]).map((read) => (read.ok ? read.row : read.reason));
}

/** Cuts a text at places anywhere in it. */
function pieces(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length];
  return places.slice(1).map((end, index) => text.slice(places[index], end));
}

const cell = fc
  .array(fc.constantFrom('a', 'é', '7', ' ', ',', ';', '"', '\n', '漢', '-'), { maxLength: 6 })
  .map((letters) => letters.join(''));

test('cells with delimiters, quotes and line breaks are read as another parser reads them, however the text is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      fc.boolean(),
      fc.array(fc.nat(), { maxLength: 6 }),
      (table, lineEnd, quoteAll, endsWithBreak, cuts) => {
        const quoted = (text: string): string =>
          quoteAll || /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
        const lines = table.map((row) => row.map(quoted).join(','));
        const text = lines.join(lineEnd) + (endsWithBreak ? lineEnd : '');
        const expected: string[][] = parse(text, { relaxColumnCount: true });

        const read = readAll(createCsvParser(COMMA), pieces(text, cuts));

        assert.deepEqual(
          read.map((row) => (row.ok ? row.row : row.reason)),
          expected,
        );
        // Lines as an editor counts them.
        let line = 1;
        for (const [index, row] of read.entries()) {
          assert.equal(row.line, line);
          line += (lines[index] ?? '').split('\n').length;
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('rows may have any number of cells, and do not take cells from their neighbours', () => {
  assert.deepEqual(rowsOf('a,b,c\n1\n1,2,3,4\n"x"\n5,6,7\n'), [
    ['a', 'b', 'c'],
    ['1'],
    ['1', '2', '3', '4'],
    ['x'],
    ['5', '6', '7'],
  ]);
});

test('empty lines count as lines and give no rows; both line ends may stand in one file', () => {
  const read = readAll(createCsvParser(COMMA), ['a,b\r\n\r\n\n1,2\n3,"4"\r\n']);
  assert.deepEqual(read, [
    { ok: true, line: 1, row: ['a', 'b'] },
    { ok: true, line: 4, row: ['1', '2'] },
    { ok: true, line: 5, row: ['3', '4'] },
  ]);
});

test('a quote that is never closed costs its line alone', () => {
  assert.deepEqual(rowsOf('1,2\n3,"4\n5,6\n7,8'), [['1', '2'], 'unparsable_row', ['5', '6'], ['7', '8']]);
});

test('text behind a closing quote costs its line alone', () => {
  assert.deepEqual(rowsOf('1,2\n"3"x,4\n5,6\n"7",8\n'), [['1', '2'], 'unparsable_row', ['5', '6'], ['7', '8']]);
});

test('a quote that is never closed is given up at the longest row, not at the end of the file', () => {
  const parser = createCsvParser(COMMA, { maxRowCharacters: 40 });
  const read = [...parser.push('1,"2\n3,4\n'), ...parser.push('5,6\n'.repeat(20))];
  assert.deepEqual(read.slice(0, 3), [
    { ok: false, line: 1, reason: 'unparsable_row' },
    { ok: true, line: 2, row: ['3', '4'] },
    { ok: true, line: 3, row: ['5', '6'] },
  ]);
});

test('a line that is too long is refused once, and the next one is read', () => {
  const parser = createCsvParser(COMMA, { maxRowCharacters: 10 });
  const read = ['x'.repeat(11), 'y'.repeat(20), 'z\n1,2\n'].flatMap((piece) => parser.push(piece));
  assert.deepEqual(read, [
    { ok: false, line: 1, reason: 'row_too_long' },
    { ok: true, line: 2, row: ['1', '2'] },
  ]);
});

test('where nothing is quoted, a quote is a letter', () => {
  assert.deepEqual(rowsOf('a|"b\n|c"\n', { delimiter: '|', quote: '' }), [
    ['a', '"b'],
    ['', 'c"'],
  ]);
});

const untidyText = fc
  .array(fc.constantFrom('a', ',', ',', '"', '"', '""', '\n', '\n', '\r\n', ' ', ',"', '",', '"""', 'ab","""\n'), {
    maxLength: 60,
  })
  .map((parts) => parts.join(''));

test('rows, refusals and their lines are the same however the text is cut, also where its quotes are in disorder', () => {
  fc.assert(
    fc.property(
      untidyText,
      fc.integer({ min: 1, max: 30 }),
      fc.array(fc.nat(), { maxLength: 8 }),
      (text, max, cuts) => {
        const limits = { maxRowCharacters: max };
        const whole = readAll(createCsvParser(COMMA, limits), [text]);
        assert.deepEqual(readAll(createCsvParser(COMMA, limits), pieces(text, cuts)), whole);
        assert.deepEqual(readAll(createCsvParser(COMMA, limits), Array.from(text)), whole);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('the work grows with the length of the text alone, whatever stands in quotes', () => {
  const length = 400_000;
  const fixed = [
    'a,"b c,d\n',
    'ab","""\n',
    '"\n',
    '"a\n""\n',
    'a,"b"c\n',
    '"a" "\n',
    `${'x'.repeat(99)},"y\n`,
    ',"',
    '"',
    '""", \n',
  ];
  for (const unit of fixed) assertLinear(unit.repeat(Math.ceil(length / unit.length)));
  fc.assert(
    fc.property(untidyText, untidyText, (head, unit) => {
      if (unit !== '') assertLinear(head + unit.repeat(Math.ceil(50_000 / unit.length)), 5_000);
    }),
    { numRuns: 40 },
  );
});

function assertLinear(text: string, maxRowCharacters = 65_536): void {
  const scanner = createRowScanner(COMMA);
  const parser = createCsvParser(COMMA, { maxRowCharacters, scanner });
  for (let at = 0; at < text.length; at += 131_072) parser.push(text.slice(at, at + 131_072));
  parser.end();
  assert.ok(scanner.work <= 3 * text.length, `${scanner.work} characters for ${text.length}: ${text.slice(0, 80)}`);
}

test('a short line with a stray quote is told as unparsable, never as too long', () => {
  const text = '1,"b c,4\n5,6,7\n'.repeat(20_000);
  const read = readAll(createCsvParser(COMMA), [text]);
  assert.deepEqual([...new Set(read.map((row) => (row.ok ? 'ok' : row.reason)))].toSorted(), ['ok', 'unparsable_row']);
  assert.equal(read.length, 40_000);
  assert.deepEqual(read.at(-1), { ok: true, line: 40_000, row: ['5', '6', '7'] });
});

test('where a row of several lines comes to nothing, each of them that is a row by itself is one', () => {
  assert.deepEqual(readAll(createCsvParser(COMMA), ['1,"2\n3,4\n5",6,"7"x\n8,9\n']), [
    { ok: false, line: 1, reason: 'unparsable_row' },
    { ok: true, line: 2, row: ['3', '4'] },
    { ok: false, line: 3, reason: 'unparsable_row' },
    { ok: true, line: 4, row: ['8', '9'] },
  ]);
});

test('blanks behind a closing quote are no part of the cell', () => {
  assert.deepEqual(rowsOf('"1" ,"2"\t\r\n"3","4" \n'), [
    ['1', '2'],
    ['3', '4'],
  ]);
});
