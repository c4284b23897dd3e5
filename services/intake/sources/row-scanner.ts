/** How the cells of a row are set apart. */
export interface CsvLayout {
  readonly delimiter: string;
  /** A doubled one stands for itself within a quoted cell; '' where nothing is quoted. */
  readonly quote: string;
}

/** How a look for the end of a row came out. */
export type RowEnd =
  /** The row ends; the next one begins at the index. */
  | { readonly kind: 'row'; readonly next: number }
  /** Neither ended nor wrong as far as it was looked at. */
  | { readonly kind: 'unended' }
  /** A quoted cell goes on behind its quote. */
  | { readonly kind: 'malformed' };

/** Looks for the end of a row, and keeps where it stands while the text comes in pieces. */
export interface RowScanner {
  /** Goes on from where the look before ended, before index `to`. */
  scan(text: string, to: number): RowEnd;
  /** How far the row has been looked through. */
  readonly at: number;
  /** `at` is in a quoted cell. */
  readonly isQuoted: boolean;
  /** The last character seen may end a quoted cell, or be the first half of a doubled quote. */
  readonly isUndecided: boolean;
  /** Begins a row at an index. */
  begin(at: number): void;
  /** The row came to nothing at `at`: no row of a later line is to be followed so far in vain. */
  giveUp(why: 'malformed' | 'unended'): void;
  /** The text is cut off before an index, which becomes 0. */
  cut(index: number): void;
  /** Characters looked at so far, each as often as it was: at most some times those of the text. */
  readonly work: number;
}

const LINE_FEED = 10;
const CELL_START = 0;
const PLAIN = 1;
const QUOTED = 2;
const AFTER_QUOTE = 3;
const AFTER_CELL = 4;
type State = typeof CELL_START | typeof PLAIN | typeof QUOTED | typeof AFTER_QUOTE | typeof AFTER_CELL;

/**
 * Finds where rows of CSV end. A line break within a quoted cell ends none. Where a row comes to nothing, and reading
 * goes on with its second line, a row that has a quoted cell open at a line break which that one had passed goes the same
 * way from there: what lies between need not be looked at once for each line.
 */
export function createRowScanner({ delimiter, quote }: CsvLayout): RowScanner {
  const delimiterCode = delimiter.charCodeAt(0);
  // NaN, which is no character, where nothing is quoted.
  const quoteCode = quote.charCodeAt(0);
  let state: State = CELL_START;
  let at = 0;
  /** A row with a quoted cell open at a line break before this index is malformed there, or in that state. */
  let knownThrough = 0;
  let knownAs: 'malformed' | 'unended' = 'unended';
  let knownState: State = QUOTED;
  let work = 0;

  /** Looks at characters until the row ends or is found wrong. */
  function run(text: string, to: number): RowEnd {
    for (; at < to; at++) {
      const code = text.charCodeAt(at);
      if (state === QUOTED) {
        if (code === quoteCode) state = AFTER_QUOTE;
        else if (code === LINE_FEED && at < knownThrough) {
          if (knownAs === 'malformed') return { kind: 'malformed' };
          // What is jumped over is not looked at.
          work -= knownThrough - 1 - at;
          at = knownThrough - 1;
          state = knownState;
        }
      } else if (code === LINE_FEED) {
        at += 1;
        return { kind: 'row', next: at };
      } else if (code === delimiterCode) {
        state = CELL_START;
      } else if (state === CELL_START) {
        state = code === quoteCode ? QUOTED : PLAIN;
      } else if (state === AFTER_QUOTE && code === quoteCode) {
        state = QUOTED;
      } else if (state !== PLAIN) {
        if (!isBlank(code)) return { kind: 'malformed' };
        state = AFTER_CELL;
      }
    }
    return { kind: 'unended' };
  }

  return {
    scan(text, to) {
      const from = at;
      const end = run(text, to);
      work += at - from;
      return end;
    },
    get at() {
      return at;
    },
    get isQuoted() {
      return state === QUOTED;
    },
    get isUndecided() {
      return state === AFTER_QUOTE;
    },
    begin(index) {
      at = index;
      state = CELL_START;
    },
    giveUp(why) {
      if (at <= knownThrough) return;
      knownThrough = at;
      knownAs = why;
      knownState = state;
    },
    cut(index) {
      at -= index;
      knownThrough -= index;
    },
    get work() {
      return work;
    },
  };
}

/** Exports put blanks behind a closing quote, and CR stands before LF. */
function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 13;
}
