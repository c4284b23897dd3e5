import type { Outcome } from '../core/outcome.ts';
import { accepted, refused } from '../core/outcome.ts';
import { DAY_MS, HOUR_MS } from './calendar.ts';
import type { DisorderOptions, FeedOutage } from './disorder/disturb.ts';
import { FEEDS } from './feeds.ts';

export interface SimulatorConfig {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly seed: number;
  readonly subscribers: number;
  readonly days: number;
  readonly startMs: number;
  readonly utcOffsetMinutes: number;
  readonly markIntervalMs: number;
  readonly incidents: number;
  /** Undefined for as fast as it goes. */
  readonly eventsPerSecond: number | undefined;
  readonly disorder: DisorderOptions;
  readonly malformedShare: number;
  readonly pseudonym: { readonly keyId: string; readonly secret: string };
  /** Where to write the ground truth as JSON; '' for nowhere. */
  readonly truthFile: string;
}

/** Protects nothing but the made-up numbers of a demo; accepted with brokers on this machine only. */
export const DEMO_SECRET = 'demo-only-secret-for-simulated-numbers';

const DEFAULTS = {
  CHURN_KAFKA_BROKERS: '127.0.0.1:9092',
  CHURN_INPUT_TOPIC: 'telco.subscriber.event.v1',
  CHURN_PSEUDONYM_KEY_ID: 'demo',
  CHURN_PSEUDONYM_SECRET: '',
  SIMULATOR_SEED: '1',
  SIMULATOR_SUBSCRIBERS: '3000',
  SIMULATOR_DAYS: '75',
  SIMULATOR_START_DATE: '2026-01-05',
  SIMULATOR_UTC_OFFSET_MINUTES: '480',
  SIMULATOR_MARK_INTERVAL_MINUTES: '60',
  SIMULATOR_INCIDENTS: '1',
  SIMULATOR_EVENTS_PER_SECOND: '0',
  SIMULATOR_LATE_SHARE: '0',
  SIMULATOR_LATE_UP_TO_HOURS: '6',
  SIMULATOR_SHUFFLED_SHARE: '0',
  SIMULATOR_SHUFFLED_WITHIN_MINUTES: '30',
  SIMULATOR_DUPLICATE_SHARE: '0',
  SIMULATOR_DUPLICATE_UP_TO_HOURS: '47',
  SIMULATOR_BEYOND_LIMIT_SHARE: '0',
  SIMULATOR_LATENESS_LIMIT_DAYS: '7',
  SIMULATOR_MALFORMED_SHARE: '0',
  SIMULATOR_OUTAGE: '',
  SIMULATOR_TRUTH_FILE: '',
} as const;

type Name = keyof typeof DEFAULTS;

/** Reads the process's environment. */
export function loadConfig(nowMs: number): Outcome<SimulatorConfig, 'invalid_config'> {
  return parseConfig(process.env, nowMs);
}

/** Parses settings; refuses with all mistakes at once, one per line. An empty setting means its default. */
export function parseConfig(
  env: Readonly<Record<string, string | undefined>>,
  nowMs: number,
): Outcome<SimulatorConfig, 'invalid_config'> {
  const mistakes: string[] = [];
  const text = (name: Name): string => {
    const given = env[name]?.trim() ?? '';
    return given === '' ? DEFAULTS[name] : given;
  };
  const number = (name: Name, least: number, most: number, isWhole = true): number => {
    const value = Number(text(name));
    const fits = value >= least && value <= most && (!isWhole || Number.isInteger(value));
    if (!fits)
      mistakes.push(`${name}: a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}, not "${text(name)}"`);
    return value;
  };
  const share = (name: Name): number => number(name, 0, 1, false);

  const brokers = parseBrokers(text('CHURN_KAFKA_BROKERS'), mistakes);
  const days = number('SIMULATOR_DAYS', 1, 3_650);
  const utcOffsetMinutes = number('SIMULATOR_UTC_OFFSET_MINUTES', -720, 840);
  const startMs = parseStart(text('SIMULATOR_START_DATE'), utcOffsetMinutes, mistakes);
  const endMs = startMs + days * DAY_MS;
  if (endMs > nowMs) mistakes.push('SIMULATOR_START_DATE and SIMULATOR_DAYS: the period must end before now');
  const seed = number('SIMULATOR_SEED', 0, 0xffff_ffff);
  const outage = parseOutage(text('SIMULATOR_OUTAGE'), mistakes);
  const disorder: DisorderOptions = {
    seed,
    lateShare: share('SIMULATOR_LATE_SHARE'),
    lateUpToMs: number('SIMULATOR_LATE_UP_TO_HOURS', 0, 168, false) * HOUR_MS,
    shuffledShare: share('SIMULATOR_SHUFFLED_SHARE'),
    shuffledWithinMs: number('SIMULATOR_SHUFFLED_WITHIN_MINUTES', 0, 10_080, false) * 60_000,
    duplicateShare: share('SIMULATOR_DUPLICATE_SHARE'),
    duplicateUpToMs: number('SIMULATOR_DUPLICATE_UP_TO_HOURS', 0, 168, false) * HOUR_MS,
    beyondLimitShare: share('SIMULATOR_BEYOND_LIMIT_SHARE'),
    latenessLimitMs: number('SIMULATOR_LATENESS_LIMIT_DAYS', 0, 365, false) * DAY_MS,
    ...(outage === undefined ? {} : { outage }),
    endMs,
  };
  if (disorder.lateShare + disorder.shuffledShare + disorder.beyondLimitShare > 1) {
    mistakes.push(
      'SIMULATOR_LATE_SHARE, SIMULATOR_SHUFFLED_SHARE and SIMULATOR_BEYOND_LIMIT_SHARE: more than 1 together',
    );
  }
  const eventsPerSecond = number('SIMULATOR_EVENTS_PER_SECOND', 0, 10_000_000, false);
  const config: SimulatorConfig = {
    brokers,
    topic: text('CHURN_INPUT_TOPIC'),
    seed,
    subscribers: number('SIMULATOR_SUBSCRIBERS', 1, 5_000_000),
    days,
    startMs,
    utcOffsetMinutes,
    markIntervalMs: number('SIMULATOR_MARK_INTERVAL_MINUTES', 1, 1_440) * 60_000,
    incidents: number('SIMULATOR_INCIDENTS', 0, 20),
    eventsPerSecond: eventsPerSecond === 0 ? undefined : eventsPerSecond,
    disorder,
    malformedShare: share('SIMULATOR_MALFORMED_SHARE'),
    pseudonym: parsePseudonym(text('CHURN_PSEUDONYM_KEY_ID'), text('CHURN_PSEUDONYM_SECRET'), brokers, mistakes),
    truthFile: text('SIMULATOR_TRUTH_FILE'),
  };
  return mistakes.length === 0 ? accepted(Object.freeze(config)) : refused('invalid_config', mistakes.join('\n'));
}

function parseBrokers(text: string, mistakes: string[]): readonly string[] {
  const brokers = text.split(',').map((broker) => broker.trim());
  if (!brokers.every((broker) => /^\S+:\d+$/.test(broker))) {
    mistakes.push(`CHURN_KAFKA_BROKERS: host:port, several by comma, not "${text}"`);
  }
  return brokers;
}

function parseStart(text: string, utcOffsetMinutes: number, mistakes: string[]): number {
  const startMs = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) - utcOffsetMinutes * 60_000 : NaN;
  if (Number.isNaN(startMs)) mistakes.push(`SIMULATOR_START_DATE: a date like 2026-01-05, not "${text}"`);
  return startMs;
}

/** `feed,from,to` with instants in ISO 8601 and an offset. */
function parseOutage(text: string, mistakes: string[]): FeedOutage | undefined {
  if (text === '') return undefined;
  const [feed = '', from = '', to = ''] = text.split(',').map((part) => part.trim());
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  const isFeed = FEEDS.some((known) => known === feed);
  if (isFeed && toMs > fromMs) return { feed, fromMs, toMs };
  mistakes.push(`SIMULATOR_OUTAGE: feed,from,to with a feed of ${FEEDS.join(', ')} and two instants, not "${text}"`);
  return undefined;
}

function parsePseudonym(
  keyId: string,
  secret: string,
  brokers: readonly string[],
  mistakes: string[],
): SimulatorConfig['pseudonym'] {
  if (!/^[a-z0-9]{1,8}$/.test(keyId)) mistakes.push('CHURN_PSEUDONYM_KEY_ID: 1 to 8 lower-case letters or digits');
  const isLoopback = brokers.every((broker) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]):\d+$/.test(broker));
  if (secret === '' && isLoopback) return { keyId, secret: DEMO_SECRET };
  if (Buffer.byteLength(secret) < 16) {
    mistakes.push('CHURN_PSEUDONYM_SECRET: at least 16 bytes; it may be left out with brokers on this machine only');
  }
  return { keyId, secret };
}
