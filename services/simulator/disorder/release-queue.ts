/** Items wait until their instant; those of the same instant leave in the order in which they came. */
export interface ReleaseQueue<T> {
  readonly push: (releaseAtMs: number, item: T) => void;
  /** Takes the next item due at or before `untilMs`; undefined when none is. */
  readonly takeDue: (untilMs: number) => T | undefined;
}

interface Waiting<T> {
  readonly releaseAtMs: number;
  readonly order: number;
  readonly item: T;
}

/** A binary heap by (release, order of arrival). */
export function createReleaseQueue<T>(): ReleaseQueue<T> {
  const heap: Waiting<T>[] = [];
  let arrivals = 0;

  return {
    push(releaseAtMs, item) {
      const waiting = { releaseAtMs, order: arrivals, item };
      arrivals += 1;
      let place = heap.length;
      heap.push(waiting);
      while (place > 0) {
        const parentPlace = (place - 1) >> 1;
        const parent = heap[parentPlace];
        if (parent === undefined || !goesBefore(waiting, parent)) break;
        heap[place] = parent;
        place = parentPlace;
      }
      heap[place] = waiting;
    },

    takeDue(untilMs) {
      const first = heap[0];
      if (first === undefined || first.releaseAtMs > untilMs) return undefined;
      const moved = heap.pop();
      if (moved === undefined || heap.length === 0) return first.item;
      let place = 0;
      for (;;) {
        const childPlace = smallerChildOf(heap, place);
        const child = heap[childPlace];
        if (child === undefined || !goesBefore(child, moved)) break;
        heap[place] = child;
        place = childPlace;
      }
      heap[place] = moved;
      return first.item;
    },
  };
}

function smallerChildOf<T>(heap: readonly Waiting<T>[], place: number): number {
  const leftPlace = 2 * place + 1;
  const left = heap[leftPlace];
  const right = heap[leftPlace + 1];
  return left !== undefined && right !== undefined && goesBefore(right, left) ? leftPlace + 1 : leftPlace;
}

function goesBefore<T>(a: Waiting<T>, b: Waiting<T>): boolean {
  return a.releaseAtMs < b.releaseAtMs || (a.releaseAtMs === b.releaseAtMs && a.order < b.order);
}
