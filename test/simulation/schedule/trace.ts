const KEPT_LINES = 80;

/** What happened in a run: a hash of all of it, and the last lines. */
export interface Trace {
  note(line: string): void;
  hash(): string;
  /** Lines so far. */
  length(): number;
  lastLines(): readonly string[];
}

export function createTrace(onLine?: (line: string) => void): Trace {
  const lines: string[] = [];
  let count = 0;
  let hash = 0x811c9dc5;
  return {
    note(line) {
      for (let i = 0; i < line.length; i++) hash = Math.imul(hash ^ line.charCodeAt(i), 0x01000193);
      lines[count++ % KEPT_LINES] = line;
      onLine?.(line);
    },
    hash: () => `${count}-${(hash >>> 0).toString(16)}`,
    length: () => count,
    lastLines: () =>
      count <= KEPT_LINES ? lines : [...lines.slice(count % KEPT_LINES), ...lines.slice(0, count % KEPT_LINES)],
  };
}
