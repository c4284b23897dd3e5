/** Where a page of a band begins: behind this subscriber of this partition. */
export interface BandCursor {
  readonly partition: number;
  readonly subscriberId: string;
}

export const FIRST: BandCursor = { partition: 0, subscriberId: '' };

export function formatCursor(partition: number, subscriberId: string): string {
  return `${partition}.${subscriberId}`;
}

/** undefined for text that is no cursor. */
export function parseCursor(after: string): BandCursor | undefined {
  const match = /^(\d{1,6})\.([A-Za-z0-9_.:-]+)$/.exec(after);
  return match === null ? undefined : { partition: Number(match[1]), subscriberId: match[2] ?? '' };
}
