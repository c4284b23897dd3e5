/** Below this many rows a share says little. */
const MIN_ROWS = 1_000;
/** Endless sources: older rows count half, again and again, so that a change for the worse is seen soon. */
const WINDOW_ROWS = 20_000;

/** Watches how many of a feed's rows are rejected. */
export interface RejectShare {
  /** One more row; whether rejects are above the limit now. */
  count(isRejected: boolean): boolean;
  /** Whether rejects are above the limit by the rows counted so far; there must be some to say so. */
  isAbove(): boolean;
  /** At the end of a file: whether they were, however few rows it had. */
  isAboveAtEnd(): boolean;
  /** Share (0–1) so far. */
  share(): number;
}

/**
 * @param start rows of a file that were counted before it was interrupted.
 * @param endless halves the counts from time to time.
 */
export function createRejectShare(
  maxShare: number,
  options: { readonly start?: { readonly rows: number; readonly rejected: number }; readonly endless?: boolean } = {},
): RejectShare {
  let { rows, rejected } = options.start ?? { rows: 0, rejected: 0 };
  const share = (): number => (rows === 0 ? 0 : rejected / rows);
  const isAbove = (): boolean => rows >= MIN_ROWS && share() > maxShare;
  return {
    isAbove,
    count(isRejected) {
      rows += 1;
      if (options.endless === true && rows >= WINDOW_ROWS) {
        rows /= 2;
        rejected /= 2;
      }
      if (!isRejected) return false;
      rejected += 1;
      return isAbove();
    },
    isAboveAtEnd: () => share() > maxShare,
    share,
  };
}
