import type { RejectReason } from '../mapping/reject.ts';

/** Why a row could not even be read. */
export type UnreadableReason = Extract<RejectReason, 'unparsable_row' | 'undecodable_text' | 'row_too_long'>;

/**
 * One row of a source, the cells of a CSV row or a parsed JSON value, or the place of one that could not be read.
 * `line` counts from 1; a row of several lines has the first one's number.
 */
export type ReadRow =
  | { readonly ok: true; readonly line: number; readonly row: unknown }
  | { readonly ok: false; readonly line: number; readonly reason: UnreadableReason };

/** Turns a text that comes in pieces, however they are cut, into rows. */
export interface RowParser {
  /** Rows that end in this piece. */
  push(text: string): readonly ReadRow[];
  /** What stands after the last line break. */
  end(): readonly ReadRow[];
}
