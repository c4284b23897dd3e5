import { Type } from 'typebox';
import type { Static } from 'typebox';
import { isIsoDate } from '../core/time/zone-clock.ts';
import { parseConfig } from '../platform/config/parse-environment.ts';
import type { Environment, ParsedEnvironment } from '../platform/config/parse-environment.ts';
import { DAY_MS, HOUR_MS } from './calendar.ts';
import type { DisorderOptions, FeedOutage } from './disorder/disturb.ts';
import { markIntervalVariable, seedVariable, shareVariable } from './feed-variables.ts';
import { FEEDS } from './feeds.ts';

const hours = (number: number): ReturnType<typeof Type.Number> =>
  Type.Number({ minimum: 0, maximum: 168, default: number, description: 'hours' });

const SimulatorVariables = Type.Object({
  SIMULATOR_SEED: seedVariable,
  SIMULATOR_SUBSCRIBERS: Type.Integer({ minimum: 1, maximum: 5_000_000, default: 3_000, description: 'subscribers' }),
  SIMULATOR_DAYS: Type.Integer({ minimum: 1, maximum: 3_650, default: 75, description: 'days' }),
  SIMULATOR_START_DATE: Type.String({
    pattern: '^\\d{4}-\\d\\d-\\d\\d$',
    default: '2026-01-05',
    description: 'a date like 2026-01-05',
  }),
  SIMULATOR_UTC_OFFSET_MINUTES: Type.Integer({
    minimum: -720,
    maximum: 840,
    default: 480,
    description: 'minutes ahead of UTC',
  }),
  SIMULATOR_MARK_INTERVAL_MINUTES: markIntervalVariable,
  SIMULATOR_INCIDENTS: Type.Integer({ minimum: 0, maximum: 20, default: 1, description: 'incidents' }),
  SIMULATOR_LATE_SHARE: shareVariable,
  SIMULATOR_LATE_UP_TO_HOURS: hours(6),
  SIMULATOR_SHUFFLED_SHARE: shareVariable,
  SIMULATOR_SHUFFLED_WITHIN_MINUTES: Type.Number({ minimum: 0, maximum: 10_080, default: 30, description: 'minutes' }),
  SIMULATOR_DUPLICATE_SHARE: shareVariable,
  SIMULATOR_DUPLICATE_UP_TO_HOURS: hours(47),
  SIMULATOR_BEYOND_LIMIT_SHARE: shareVariable,
  SIMULATOR_LATENESS_LIMIT_DAYS: Type.Number({ minimum: 0, maximum: 365, default: 7, description: 'days' }),
  SIMULATOR_MALFORMED_SHARE: shareVariable,
  SIMULATOR_OUTAGE: Type.String({ default: '', description: 'feed,from,to' }),
  SIMULATOR_TRUTH_FILE: Type.String({ default: '', description: 'path' }),
});
type SimulatorVariables = Readonly<Static<typeof SimulatorVariables>>;

export interface SimulatorConfig {
  readonly seed: number;
  readonly subscribers: number;
  readonly days: number;
  readonly startMs: number;
  readonly utcOffsetMinutes: number;
  readonly markIntervalMs: number;
  readonly incidents: number;
  readonly disorder: DisorderOptions;
  readonly malformedShare: number;
  /** Where to write the ground truth as JSON; '' for nowhere. */
  readonly truthFile: string;
}

/** Reads the variables; all mistakes together. An empty variable means its default. */
export function readConfig(nowMs: number, environment: Environment = process.env): ParsedEnvironment<SimulatorConfig> {
  return parseConfig(SimulatorVariables, environment, (variables) => interpret(variables, nowMs));
}

function interpret(variables: SimulatorVariables, nowMs: number): ParsedEnvironment<SimulatorConfig> {
  const mistakes: string[] = [];
  const days = variables.SIMULATOR_DAYS;
  const utcOffsetMinutes = variables.SIMULATOR_UTC_OFFSET_MINUTES;
  const startMs = Date.parse(`${variables.SIMULATOR_START_DATE}T00:00:00Z`) - utcOffsetMinutes * 60_000;
  if (!isIsoDate(variables.SIMULATOR_START_DATE)) mistakes.push('SIMULATOR_START_DATE: expected a date that exists');
  const endMs = startMs + days * DAY_MS;
  if (endMs > nowMs) mistakes.push('SIMULATOR_START_DATE and SIMULATOR_DAYS: the period must end before now');
  const config: SimulatorConfig = {
    seed: variables.SIMULATOR_SEED,
    subscribers: variables.SIMULATOR_SUBSCRIBERS,
    days,
    startMs,
    utcOffsetMinutes,
    markIntervalMs: variables.SIMULATOR_MARK_INTERVAL_MINUTES * 60_000,
    incidents: variables.SIMULATOR_INCIDENTS,
    disorder: readDisorder(variables, endMs, mistakes),
    malformedShare: variables.SIMULATOR_MALFORMED_SHARE,
    truthFile: variables.SIMULATOR_TRUTH_FILE,
  };
  return mistakes.length === 0 ? { ok: true, value: Object.freeze(config) } : { ok: false, mistakes };
}

function readDisorder(variables: SimulatorVariables, endMs: number, mistakes: string[]): DisorderOptions {
  const outage = readOutage(variables.SIMULATOR_OUTAGE, mistakes);
  const disorder: DisorderOptions = {
    seed: variables.SIMULATOR_SEED,
    lateShare: variables.SIMULATOR_LATE_SHARE,
    lateUpToMs: variables.SIMULATOR_LATE_UP_TO_HOURS * HOUR_MS,
    shuffledShare: variables.SIMULATOR_SHUFFLED_SHARE,
    shuffledWithinMs: variables.SIMULATOR_SHUFFLED_WITHIN_MINUTES * 60_000,
    duplicateShare: variables.SIMULATOR_DUPLICATE_SHARE,
    duplicateUpToMs: variables.SIMULATOR_DUPLICATE_UP_TO_HOURS * HOUR_MS,
    beyondLimitShare: variables.SIMULATOR_BEYOND_LIMIT_SHARE,
    latenessLimitMs: variables.SIMULATOR_LATENESS_LIMIT_DAYS * DAY_MS,
    ...(outage === undefined ? {} : { outage }),
    endMs,
  };
  if (disorder.lateShare + disorder.shuffledShare + disorder.beyondLimitShare > 1) {
    mistakes.push(
      'SIMULATOR_LATE_SHARE, SIMULATOR_SHUFFLED_SHARE and SIMULATOR_BEYOND_LIMIT_SHARE: more than 1 together',
    );
  }
  return disorder;
}

/** `feed,from,to` with instants in ISO 8601 and an offset. */
function readOutage(text: string, mistakes: string[]): FeedOutage | undefined {
  if (text === '') return undefined;
  const [feed = '', from = '', to = ''] = text.split(',').map((part) => part.trim());
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  const isFeed = FEEDS.some((known) => known === feed);
  if (isFeed && toMs > fromMs) return { feed, fromMs, toMs };
  mistakes.push(`SIMULATOR_OUTAGE: expected feed,from,to with a feed of ${FEEDS.join(', ')} and two instants`);
  return undefined;
}
