/** Something that will happen. */
interface Pending {
  readonly dueMs: number;
  readonly order: number;
  readonly what: string;
  readonly run: () => void;
}

/**
 * Holds everything that is to happen, and lets one thing happen at a time, by a clock that jumps from one to the next.
 * Latencies are drawn by chance, so the seed decides the order of what is under way together.
 */
export interface Scheduler {
  /** Virtual milliseconds since the beginning of the run. */
  nowMs(): number;
  after(delayMs: number, what: string, run: () => void): void;
  /** Lets the next thing happen. @returns what it was; undefined where nothing is left. */
  step(): string | undefined;
  /** Steps so far. */
  steps(): number;
}

export function createScheduler(): Scheduler {
  const heap: Pending[] = [];
  let nowMs = 0;
  let made = 0;
  let steps = 0;

  function isSooner(a: Pending, b: Pending): boolean {
    return a.dueMs === b.dueMs ? a.order < b.order : a.dueMs < b.dueMs;
  }

  function push(entry: Pending): void {
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = heap[up];
      if (parent === undefined || !isSooner(entry, parent)) break;
      heap[at] = parent;
      at = up;
    }
    heap[at] = entry;
  }

  function pop(): Pending | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      let child = heap[left];
      let childAt = left;
      const right = heap[left + 1];
      if (child !== undefined && right !== undefined && isSooner(right, child)) {
        child = right;
        childAt = left + 1;
      }
      if (child === undefined || !isSooner(child, last)) break;
      heap[at] = child;
      at = childAt;
    }
    heap[at] = last;
    return first;
  }

  return {
    nowMs: () => nowMs,
    after(delayMs, what, run) {
      push({ dueMs: nowMs + delayMs, order: made++, what, run });
    },
    step() {
      const next = pop();
      if (next === undefined) return undefined;
      nowMs = next.dueMs;
      steps++;
      next.run();
      return next.what;
    },
    steps: () => steps,
  };
}
