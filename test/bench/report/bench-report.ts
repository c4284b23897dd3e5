import type { ChainFigures } from '../chain/measure-chain.ts';
import type { HttpFigures } from '../http/measure-http.ts';
import type { LatencyFigures } from '../latency/measure-latency.ts';
import type { RungFigures } from '../rungs/measure-rungs.ts';
import type { BenchSettings } from './bench-settings.ts';

export interface LatencyReport {
  /** Events per second at which a backlog was worked off, by as many scorers. */
  readonly drained: number;
  /** What the levels are shares of: that rate, lowered by 15 % as often as its 80 % did not hold. */
  readonly sustainable: number;
  readonly scorers: number;
  readonly levels: readonly LatencyFigures[];
}

/** What the bench writes as JSON. A part that was not asked for is null. */
export interface BenchReport {
  /** Of the generated workload, by the number of scorers that was faster; the median. */
  readonly eventsPerSecond: number | null;
  /** Of the same runs: scorers and Redis together, the broker apart. */
  readonly cpuSecondsPerMillionEvents: number | null;
  /** Of the same runs: all that Redis needs for a subscriber. */
  readonly bytesPerSubscriber: number | null;
  readonly headlineScorers: number | null;
  readonly rungs: readonly RungFigures[] | null;
  readonly chain: readonly ChainFigures[] | null;
  readonly latency: LatencyReport | null;
  readonly http: HttpFigures | null;
  readonly settings: BenchSettings;
}

export interface BenchParts {
  readonly rungs: readonly RungFigures[] | undefined;
  readonly chain: readonly ChainFigures[] | undefined;
  readonly latency: LatencyReport | undefined;
  readonly http: HttpFigures | undefined;
}

export function toReport({ rungs, chain, latency, http }: BenchParts, settings: BenchSettings): BenchReport {
  const headline = headlineOf(chain ?? []);
  const single = (chain ?? []).find(({ input, scorers }) => input !== 'simulator' && scorers === 1);
  return {
    eventsPerSecond: headline?.eventsPerSecond.median ?? null,
    cpuSecondsPerMillionEvents: headline?.cpuSecondsPerMillionEvents.total?.median ?? null,
    bytesPerSubscriber: headline?.bytesPerSubscriber.median ?? null,
    headlineScorers: headline?.scorers ?? null,
    // The last rung is the scorer itself, one of them, as each rung before it is one process.
    rungs: rungs === undefined ? null : [...rungs, ...(single === undefined ? [] : [commitRung(single)])],
    chain: chain ?? null,
    latency: latency ?? null,
    http: http ?? null,
    settings,
  };
}

/** The generated workload by the number of scorers that was faster. */
export function headlineOf(chain: readonly ChainFigures[]): ChainFigures | undefined {
  return chain
    .filter(({ input }) => input !== 'simulator')
    .toSorted((a, b) => b.eventsPerSecond.median - a.eventsPerSecond.median)[0];
}

function commitRung({
  eventsPerSecond,
  cpuSecondsPerMillionEvents,
  memory,
  scoresPerEvent,
}: ChainFigures): RungFigures {
  const { scorers, redis, broker } = cpuSecondsPerMillionEvents;
  return {
    rung: 'commit',
    eventsPerSecond,
    cpuSecondsPerMillionEvents: { scorers, redis, broker },
    peakRssBytes: memory.scorerPeakRssBytes,
    scoresPerEvent,
  };
}
