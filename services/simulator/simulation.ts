import type { LogRecord, SubscriberEvent } from '../core/events/subscriber-event.ts';
import { DAY_MS, HOUR_MS, localDayAt } from './calendar.ts';
import { castStories, DEFAULT_SHARES } from './churn/cast-stories.ts';
import type { MechanismShares } from './churn/cast-stories.ts';
import type { GroundTruth } from './churn/ground-truth.ts';
import type { Story } from './churn/story.ts';
import { drawTrip } from './life/draw-trip.ts';
import { liveDay } from './life/live-day.ts';
import { openingBodies } from './life/opening-bodies.ts';
import { emptyMonth } from './life/subscriber-state.ts';
import type { SubscriberState } from './life/subscriber-state.ts';
import { withMarks } from './partition-marks.ts';
import type { Incident } from './partition-marks.ts';
import { buildPopulation } from './population/build-population.ts';
import type { Population } from './population/build-population.ts';
import type { Subscriber } from './population/subscriber.ts';
import { between } from './random/distributions.ts';
import { PURPOSE } from './random/purposes.ts';
import { openRandom } from './random/random.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly subscribers: number;
  readonly days: number;
  /** Local midnight at which the period begins. */
  readonly startMs: number;
  /** Local time of the operator, minutes east of UTC, without daylight saving. */
  readonly utcOffsetMinutes: number;
  /** Event time between two progress marks of a feed; one hour unless stated. */
  readonly markIntervalMs?: number;
  readonly mechanismShares?: MechanismShares;
  /** Network incidents to plant, six hours each in one area. */
  readonly incidents?: number;
  /** Turns a raw number or device id into its keyed pseudonym. */
  readonly pseudonymOf: (raw: string) => string;
}

export interface Simulation {
  readonly startMs: number;
  readonly endMs: number;
  /** Everybody, newcomers by a story included. */
  readonly subscribers: readonly Subscriber[];
  /** Who leaves, why and when; complete. */
  readonly groundTruth: readonly GroundTruth[];
  readonly incidents: readonly Incident[];
  /** A fresh walk through the period: subscriber events and marks in event-time order, the same at every call. */
  records(): Generator<LogRecord>;
}

const INCIDENT_LENGTH_MS = 6 * HOUR_MS;

/**
 * A simulated operator, from its seed. Holds the population in memory and one day of planned moments at a time.
 *
 * Each subscriber lives alone: a call between two of them is on record with the one who was drawn to make or to get it, not
 * with both.
 */
export function createSimulation(options: SimulationOptions): Simulation {
  const { seed, subscribers, days, startMs, utcOffsetMinutes, pseudonymOf } = options;
  const period = { startMs, endMs: startMs + days * DAY_MS };
  const population = buildPopulation({ seed, subscribers, ...period, pseudonymOf });
  const stage = { seed, period, newLine: population.newLine, pseudonymOf };
  const stories = castStories(population, stage, options.mechanismShares ?? DEFAULT_SHARES);
  const incidents = plantIncidents(population, options);
  return {
    ...period,
    subscribers: population.subscribers,
    groundTruth: [...stories.values()].map(({ truth }) => truth),
    incidents,
    records: () =>
      withMarks(live(options, population, stories, incidents), {
        ...period,
        intervalMs: options.markIntervalMs ?? HOUR_MS,
        utcOffsetMinutes,
        incidents,
      }),
  };
}

function* live(
  { seed, days, startMs, utcOffsetMinutes }: SimulationOptions,
  { subscribers }: Population,
  stories: ReadonlyMap<number, Story>,
  incidents: readonly Incident[],
): Generator<SubscriberEvent> {
  const period = { startMs, endMs: startMs + days * DAY_MS };
  const firstMonth = localDayAt(0, startMs, utcOffsetMinutes).month;
  const states = subscribers.map((subscriber): SubscriberState => {
    const { index, habits, plan } = subscriber;
    const random = openRandom(seed, PURPOSE.account, index);
    const story = stories.get(index);
    return {
      subscriber,
      story,
      trip: drawTrip(random, days),
      plan,
      balanceMinor: Math.round(between(random, 0, habits.topUpMinor)),
      month: emptyMonth(firstMonth),
      lastMonth: emptyMonth(firstMonth),
      eventCount: 0,
      upcoming: [...openingBodies(random, subscriber, period), ...(story?.scheduled ?? [])],
    };
  });
  const isDown = (areaId: string, atMs: number): boolean =>
    incidents.some((incident) => incident.areaId === areaId && atMs >= incident.startsAtMs && atMs < incident.endsAtMs);
  for (let index = 0; index < days; index += 1) {
    const day = localDayAt(index, startMs + index * DAY_MS, utcOffsetMinutes);
    yield* liveDay(states, day, { seed, utcOffsetMinutes, isDown });
  }
}

function plantIncidents(
  { areas }: Population,
  { days, startMs, incidents = 1 }: SimulationOptions,
): readonly Incident[] {
  return Array.from({ length: incidents }, (_, number): Incident => {
    const dayIndex = Math.floor((days * (number + 1)) / (incidents + 1));
    const startsAtMs = startMs + dayIndex * DAY_MS + 9 * HOUR_MS;
    return {
      incidentId: `incident-${number + 1}`,
      areaId: (areas[number % areas.length] ?? areas[0]).areaId,
      startsAtMs,
      endsAtMs: startsAtMs + INCIDENT_LENGTH_MS,
    };
  });
}
