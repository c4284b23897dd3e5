import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const SAMPLE_MS = 500;
/** What one rest leaves differs by this much from what another does, leak or not. */
const BREATH_BYTES = 48 * 1_024 * 1_024;
const BREATH_SHARE = 0.1;

/** How a process' resident memory went. */
export interface MemoryCourse {
  readonly name: string;
  readonly peakBytes: number;
  /** The least in each rest, in their order. */
  readonly restBytes: readonly number[];
}

export interface MemoryWatch {
  /**
   * Looks for what the processes hold while they have nothing to do. A heap under load holds as much garbage as V8 finds
   * right for the machine's moment, and gives it back when it has been idle for some ten seconds.
   */
  rest(forMs: number, signal: AbortSignal): Promise<void>;
  stop(): Promise<readonly MemoryCourse[]>;
}

export interface WatchedProcess {
  readonly name: string;
  readonly pid: number;
}

/** Samples the resident memory of processes on this machine until stopped. */
export function watchMemory(processes: readonly WatchedProcess[]): MemoryWatch {
  const stopped = new AbortController();
  const courses = processes.map((process) => ({
    process,
    peakBytes: 0,
    leastBytes: Infinity,
    restBytes: new Array<number>(),
  }));
  const watching = (async () => {
    while (!stopped.signal.aborted) {
      for (const course of courses) {
        const bytes = rssBytesOf(course.process);
        course.peakBytes = Math.max(course.peakBytes, bytes);
        course.leastBytes = Math.min(course.leastBytes, bytes);
      }
      await delay(SAMPLE_MS);
    }
  })();
  // Whoever ends the watch is told.
  watching.catch(() => undefined);
  return {
    async rest(forMs, signal) {
      for (const course of courses) course.leastBytes = rssBytesOf(course.process);
      await delay(forMs, undefined, { signal });
      for (const course of courses) course.restBytes.push(course.leastBytes);
    },
    async stop() {
      stopped.abort();
      await watching;
      return courses.map(({ process: { name }, peakBytes, restBytes }) => ({ name, peakBytes, restBytes }));
    },
  };
}

/** What courses break of the promise to stay below a bound, and to hold no more in the last rest than in the first. */
export function memoryTroubles(courses: readonly MemoryCourse[], mostBytes: number, mustBeFlat: boolean): string[] {
  return courses.flatMap((course) => {
    const { name, peakBytes } = course;
    const { beforeBytes, afterBytes } = restsOf(course);
    const isFlat = afterBytes - beforeBytes <= Math.max(BREATH_BYTES, beforeBytes * BREATH_SHARE);
    return [
      ...(peakBytes <= mostBytes
        ? []
        : [`${name} took ${mebibytes(peakBytes)} MiB, more than ${mebibytes(mostBytes)}`]),
      ...(isFlat || !mustBeFlat
        ? []
        : [`at rest ${name} holds ${mebibytes(afterBytes)} MiB, ${mebibytes(beforeBytes)} before`]),
    ];
  });
}

export function memoryFigures(courses: readonly MemoryCourse[]): Record<string, number> {
  return Object.fromEntries(
    courses.flatMap((course) => {
      const { beforeBytes, afterBytes } = restsOf(course);
      return [
        [`memory of ${course.name} at most, MiB`, mebibytes(course.peakBytes)],
        [`memory of ${course.name} at rest before, MiB`, mebibytes(beforeBytes)],
        [`memory of ${course.name} at rest after, MiB`, mebibytes(afterBytes)],
      ];
    }),
  );
}

function restsOf({ name, restBytes }: MemoryCourse): { readonly beforeBytes: number; readonly afterBytes: number } {
  const [beforeBytes, afterBytes] = [restBytes[0], restBytes.at(-1)];
  if (beforeBytes === undefined || afterBytes === undefined || restBytes.length < 2)
    throw new Error(`${name} was not seen at rest before and after`);
  return { beforeBytes, afterBytes };
}

function mebibytes(bytes: number): number {
  return Math.round((bytes / 1_024 / 1_024) * 10) / 10;
}

function rssBytesOf({ name, pid }: WatchedProcess): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`${name} has no resident memory: it has ended`);
  return Number(kilobytes) * 1_024;
}
