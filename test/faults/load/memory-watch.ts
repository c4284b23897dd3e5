import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../../bench/harness/measured.ts';

const SAMPLE_MS = 500;
/** Of the time watched: code is compiled, caches and heaps reach their size. */
const WARM_UP_SHARE = 0.4;
const EDGE_SHARE = 0.25;
/** Heaps breathe: what a collection leaves differs by this much from one time to another. */
const BREATH_BYTES = 48 * 1_024 * 1_024;
const BREATH_SHARE = 0.1;

/** How a process' resident memory went after its warm-up. */
export interface MemoryCourse {
  readonly name: string;
  readonly peakBytes: number;
  /** Median of the last quarter over that of the first. */
  readonly growthBytes: number;
  /** Least squares. */
  readonly slopeBytesPerMinute: number;
  /** Whether it did not grow by more than a heap's breath: a tenth, or 48 MiB. */
  readonly isFlat: boolean;
}

export interface MemoryWatch {
  stop(): Promise<readonly MemoryCourse[]>;
}

export interface WatchedProcess {
  readonly name: string;
  readonly pid: number;
}

export interface MemorySample {
  readonly atMs: number;
  readonly bytes: number;
}

/** Samples the resident memory of processes on this machine until stopped. */
export function watchMemory(processes: readonly WatchedProcess[]): MemoryWatch {
  const stopped = new AbortController();
  const samplesOf = processes.map((): MemorySample[] => []);
  const watching = (async () => {
    while (!stopped.signal.aborted) {
      processes.forEach(({ name, pid }, place) => {
        samplesOf[place]?.push({ atMs: performance.now(), bytes: rssBytesOf(name, pid) });
      });
      await delay(SAMPLE_MS);
    }
  })();
  // Whoever ends the watch is told.
  watching.catch(() => undefined);
  return {
    async stop() {
      stopped.abort();
      await watching;
      return processes.map(({ name }, place) => courseOf(name, samplesOf[place] ?? []));
    },
  };
}

/** What a course breaks of the promise to stay flat and below a bound; empty where nothing. */
export function memoryTroubles(courses: readonly MemoryCourse[], mostBytes: number, mustBeFlat: boolean): string[] {
  return courses.flatMap(({ name, peakBytes, growthBytes, isFlat }) => [
    ...(peakBytes <= mostBytes ? [] : [`${name} took ${mebibytes(peakBytes)} MiB, more than ${mebibytes(mostBytes)}`]),
    ...(isFlat || !mustBeFlat ? [] : [`the memory of ${name} grew by ${mebibytes(growthBytes)} MiB after its warm-up`]),
  ]);
}

export function memoryFigures(courses: readonly MemoryCourse[]): Record<string, number> {
  return Object.fromEntries(
    courses.flatMap(({ name, peakBytes, growthBytes, slopeBytesPerMinute }) => [
      [`memory of ${name} at most, MiB`, mebibytes(peakBytes)],
      [`memory of ${name}, growth after warm-up, MiB`, mebibytes(growthBytes)],
      [`memory of ${name}, slope after warm-up, MiB/min`, mebibytes(slopeBytesPerMinute)],
    ]),
  );
}

function mebibytes(bytes: number): number {
  return Math.round((bytes / 1_024 / 1_024) * 10) / 10;
}

/** @param samples in the order of time, one at least. */
export function courseOf(name: string, samples: readonly MemorySample[]): MemoryCourse {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP_SHARE));
  const edge = Math.max(1, Math.floor(warm.length * EDGE_SHARE));
  const [first, last] = [medianOf(warm.slice(0, edge)), medianOf(warm.slice(-edge))];
  const growthBytes = last - first;
  return {
    name,
    peakBytes: Math.max(...samples.map(({ bytes }) => bytes)),
    growthBytes,
    slopeBytesPerMinute: slopePerMs(warm) * 60_000,
    isFlat: growthBytes <= Math.max(BREATH_BYTES, first * BREATH_SHARE),
  };
}

function medianOf(samples: readonly MemorySample[]): number {
  return quantile(
    samples.map(({ bytes }) => bytes).toSorted((a, b) => a - b),
    0.5,
  );
}

function slopePerMs(samples: readonly MemorySample[]): number {
  if (samples.length < 2) return 0;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanAtMs, meanBytes] = [mean(samples.map(({ atMs }) => atMs)), mean(samples.map(({ bytes }) => bytes))];
  let [together, spread] = [0, 0];
  for (const { atMs, bytes } of samples) {
    together += (atMs - meanAtMs) * (bytes - meanBytes);
    spread += (atMs - meanAtMs) ** 2;
  }
  return together / spread;
}

function rssBytesOf(name: string, pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error(`${name} has no resident memory: it has ended`);
  return Number(kilobytes) * 1_024;
}
