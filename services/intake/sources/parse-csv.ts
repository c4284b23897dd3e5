import Papa from 'papaparse';
import type { ReadRow, RowParser, UnreadableReason } from './read-row.ts';
import { createRowScanner } from './row-scanner.ts';
import type { CsvLayout, RowScanner } from './row-scanner.ts';

export interface CsvLimits {
  /** A row longer than this is refused: a quote that is never closed must not swallow a file. */
  readonly maxRowCharacters?: number;
  /** For tests: finds where rows end. */
  readonly scanner?: RowScanner;
}

const MAX_ROW_CHARACTERS = 65_536;
const LINE_FEED = '\n';

/**
 * RFC 4180 with the liberties that exports take: LF or CRLF, any number of cells, empty lines (left out), quotes within
 * cells that do not begin with one. Quoted cells may hold delimiters, quotes and line breaks. A quoted cell that goes on
 * behind its quote, or is not closed within the longest row, costs the first line of its row: reading goes on with the
 * next one. The rows are the same however the text is cut into pieces, and the time
 * grows with the text's length alone, whatever its quotes.
 */
export function createCsvParser(layout: CsvLayout, limits: CsvLimits = {}): RowParser {
  const { delimiter, quote } = layout;
  const { maxRowCharacters: maxRow = MAX_ROW_CHARACTERS, scanner = createRowScanner(layout) } = limits;
  const parser = new Papa.Parser({
    delimiter,
    newline: LINE_FEED,
    ...(quote === '' ? { fastMode: true } : { quoteChar: quote }),
  });
  /** Begins where a row does. */
  let rest = '';
  let line = 1;
  /** In what remains of a line that was given up. */
  let isSkipping = false;

  /** Adds the rows that `text` holds; answers what was not used: the beginning of a row. */
  function addRows(text: string, rows: ReadRow[], isEnd: boolean): string {
    /** Rows from here to `start` are in order and not added yet. */
    let good = 0;
    let start = 0;
    let nextQuote = -1;

    /** Goes over lines without a quote, which need no scan, as far as none is too long. */
    function passPlainLines(): void {
      if (nextQuote < start) nextQuote = positionOf(text, quote, start);
      for (;;) {
        const lastBreak = text.lastIndexOf(LINE_FEED, Math.min(nextQuote - 1, start + maxRow));
        if (lastBreak < start) break;
        start = lastBreak + 1;
      }
      scanner.begin(start);
    }

    function giveUp(next: number, reason: UnreadableReason): void {
      addWhole(text.slice(good, start), rows);
      rows.push({ ok: false, line, reason });
      const end = next < 0 ? text.length : next;
      line += breaksIn(text.slice(start, end)) + (next < 0 ? 1 : 0);
      isSkipping = next < 0;
      start = good = end;
    }

    // A row that was begun in the piece before is gone on with.
    if (scanner.at === 0) passPlainLines();
    while (start < text.length) {
      const limit = start + maxRow + 1;
      let end = scanner.scan(text, Math.min(limit, text.length));
      const isOneShort = end.kind === 'unended' && scanner.isUndecided && scanner.at === limit;
      if (isOneShort && limit < text.length) end = scanner.scan(text, limit + 1);
      if (end.kind === 'row') {
        start = end.next;
      } else if (end.kind === 'malformed') {
        scanner.giveUp('malformed');
        giveUp(lineAfter(text, start), 'unparsable_row');
      } else if (scanner.at >= limit && !scanner.isUndecided) {
        const firstBreak = text.indexOf(LINE_FEED, start);
        if (firstBreak >= 0 && firstBreak < scanner.at) {
          scanner.giveUp('unended');
          giveUp(firstBreak + 1, 'unparsable_row');
        } else {
          giveUp(lineAfter(text, scanner.at), 'row_too_long');
        }
      } else if (!isEnd) {
        break;
      } else if (scanner.isQuoted) {
        // Never closed: no more text will come.
        scanner.giveUp('malformed');
        giveUp(lineAfter(text, start), 'unparsable_row');
      } else {
        start = text.length;
      }
      if (start < text.length) passPlainLines();
    }
    addWhole(text.slice(good, start), rows);
    scanner.cut(start);
    if (start === text.length) scanner.begin(0);
    return text.slice(start);
  }

  /** Adds whole rows; the last one of a text may lack its line break. */
  function addWhole(text: string, rows: ReadRow[]): void {
    if (text === '') return;
    const { data, errors } = parser.parse(text.endsWith(LINE_FEED) ? text : text + LINE_FEED, 0, true);
    if (errors.some(({ row }) => row !== undefined)) throw new Error('a row that ends well is parsed well');
    const hasQuotes = quote !== '' && text.includes(quote);
    for (const cells of data) {
      const at = line;
      line += 1;
      if (hasQuotes) for (const cell of cells) line += breaksIn(cell);
      dropCarriageReturn(cells);
      if (cells.length > 1 || cells[0] !== '') rows.push({ ok: true, line: at, row: cells });
    }
  }

  return {
    push(text) {
      let piece = text;
      if (isSkipping) {
        const next = lineAfter(piece, 0);
        if (next < 0) return [];
        piece = piece.slice(next);
        isSkipping = false;
      }
      const rows: ReadRow[] = [];
      rest = addRows(rest === '' ? piece : rest + piece, rows, false);
      return rows;
    },
    end() {
      const rows: ReadRow[] = [];
      rest = addRows(rest, rows, true);
      return rows;
    },
  };
}

/** Where a quote stands next; behind the text where none does. */
function positionOf(text: string, quote: string, from: number): number {
  const at = quote === '' ? -1 : text.indexOf(quote, from);
  return at < 0 ? text.length : at;
}

/** Where the next line begins; -1 where the text ends before. */
function lineAfter(text: string, at: number): number {
  const lineEnd = text.indexOf(LINE_FEED, at);
  return lineEnd < 0 ? -1 : lineEnd + 1;
}

function breaksIn(text: string): number {
  let breaks = 0;
  for (let at = text.indexOf(LINE_FEED); at >= 0; at = text.indexOf(LINE_FEED, at + 1)) breaks += 1;
  return breaks;
}

/** Rows end at LF, so that files which mix both line ends are read: of CRLF, the CR is still there. */
function dropCarriageReturn(cells: string[]): void {
  const last = cells.at(-1);
  if (last?.endsWith('\r') === true) cells[cells.length - 1] = last.slice(0, -1);
}
