/** The one part of papaparse that is used: its parser over a text, as its own reader of streams uses it. */
declare module 'papaparse' {
  export interface ParserOptions {
    readonly delimiter: string;
    readonly newline: '\n';
    readonly quoteChar?: string;
    /** Cells are never quoted. */
    readonly fastMode?: true;
  }

  export interface ParsedText {
    readonly data: string[][];
    /** `row` is an index of `data`, or its length where the row was not finished; `index` where its cell begins. */
    readonly errors: readonly { readonly code: string; readonly row?: number; readonly index: number }[];
    /** Characters that the rows of `data` take up. */
    readonly meta: { readonly cursor: number };
  }

  interface Papa {
    readonly Parser: new (options: ParserOptions) => {
      parse(text: string, baseIndex: number, ignoreLastRow: boolean): ParsedText;
    };
  }

  const papa: Papa;
  export default papa;
}
