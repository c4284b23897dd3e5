import type { RowReject } from '../mapping/reject.ts';

/** A rejected row and where it stands. Says what kind of value was found; never the value, nor the row. */
export interface Reject {
  readonly feed: string;
  /** Name of the file, or topic/partition. */
  readonly source: string;
  /** Line of a file, or offset of a topic. */
  readonly place: { readonly line: number } | { readonly offset: string };
  readonly row: Omit<RowReject, 'kind'>;
}

/** One line of a rejects file. */
export function toRejectLine({ feed, source, place, row }: Reject): string {
  const { field, valueClass, reason, expected } = row;
  return `${JSON.stringify({ feed, source, ...place, field, valueClass, reason, expected })}\n`;
}
