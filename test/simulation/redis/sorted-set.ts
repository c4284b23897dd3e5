export interface Scored {
  readonly member: string;
  readonly score: number;
}

/** Members by score, those of one score by their bytes; members are `latin1` text. */
export interface SortedSet {
  scoreOf(member: string): number | undefined;
  /** Adds or moves a member. */
  set(member: string, score: number): void;
  delete(member: string): void;
  readonly size: number;
  /** In order; not to be kept, for changes show in it. */
  entries(): readonly Scored[];
}

export function createSortedSet(): SortedSet {
  const scores = new Map<string, number>();
  const ordered: Scored[] = [];

  function remove(member: string): void {
    const score = scores.get(member);
    if (score === undefined) return;
    scores.delete(member);
    ordered.splice(placeOf(ordered, { member, score }), 1);
  }

  return {
    scoreOf: (member) => scores.get(member),
    set(member, score) {
      remove(member);
      scores.set(member, score);
      ordered.splice(placeOf(ordered, { member, score }), 0, { member, score });
    },
    delete: remove,
    get size() {
      return ordered.length;
    },
    entries: () => ordered,
  };
}

/** Index of the first entry that is not before `wanted`. */
function placeOf(ordered: readonly Scored[], wanted: Scored): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = ordered[middle];
    if (entry !== undefined && isBefore(entry, wanted)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isBefore(a: Scored, b: Scored): boolean {
  return a.score < b.score || (a.score === b.score && a.member < b.member);
}
