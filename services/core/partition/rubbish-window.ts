/**
 * How many of a partition's last records could not be understood, kept with its position, so that a restart goes on
 * counting where the last commit stood and the log alone decides.
 *
 * Counted in blocks of a hundred records, the last ten of which count: between the last 901 and the last 1,000 records.
 */
export type RubbishWindow = readonly RubbishBlock[];

/** Number of the block, from the partition's first record on, and its rubbish; blocks without any are left out. */
type RubbishBlock = readonly [block: number, rubbish: number];

export const NO_RUBBISH: RubbishWindow = [];
/** Fewer bad records are none of a bad deploy, however few good ones stand between them. */
export const LEAST_RUBBISH = 50;
export const WINDOW_RECORDS = 1_000;

const BLOCK_RECORDS = 100;
const BLOCKS = WINDOW_RECORDS / BLOCK_RECORDS;

/** @param place of the bad record: records of the partition before it. */
export function withRubbish(window: RubbishWindow, place: number): RubbishWindow {
  const current = blockOf(place);
  const kept = recentOf(window, place);
  const last = kept.at(-1);
  if (last?.[0] !== current) return [...kept, [current, 1]];
  return [...kept.slice(0, -1), [current, last[1] + 1]];
}

/** Bad ones among the last records. @param place records of the partition so far. */
export function rubbishAmongLast(window: RubbishWindow, place: number): number {
  return recentOf(window, place).reduce((sum, [, rubbish]) => sum + rubbish, 0);
}

/** @param share of the window, 0–1, that rubbish may take; with 1 nothing is ever too much. */
export function isTooMuchRubbish(rubbish: number, share: number): boolean {
  return rubbish >= LEAST_RUBBISH && rubbish > share * WINDOW_RECORDS;
}

/** @throws TypeError where a value is not a window as JSON gives it back; nothing stands for an empty one. */
export function parseRubbishWindow(value: unknown): RubbishWindow {
  if (value === undefined) return NO_RUBBISH;
  if (!Array.isArray(value)) throw new TypeError('rubbish is not a list');
  return value.map((block: unknown) => {
    if (!Array.isArray(block)) throw new TypeError('a block of rubbish is not a list');
    const [number, rubbish] = block as readonly unknown[];
    if (typeof number !== 'number' || typeof rubbish !== 'number')
      throw new TypeError('a block of rubbish is malformed');
    return [number, rubbish];
  });
}

function recentOf(window: RubbishWindow, place: number): RubbishWindow {
  const oldest = blockOf(place) - BLOCKS + 1;
  return window.filter(([block]) => block >= oldest);
}

function blockOf(place: number): number {
  return Math.floor(place / BLOCK_RECORDS);
}
