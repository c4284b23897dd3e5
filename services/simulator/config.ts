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
  const read = createReader(env, mistakes);
  const brokers = parseBrokers(read.text('CHURN_KAFKA_BROKERS'), mistakes);
  const days = read.whole('SIMULATOR_DAYS', 1, 3_650);
  const utcOffsetMinutes = read.whole('SIMULATOR_UTC_OFFSET_MINUTES', -720, 840);
  const startMs = parseStart(read.text('SIMULATOR_START_DATE'), utcOffsetMinutes, mistakes);
  const endMs = startMs + days * DAY_MS;
  if (endMs > nowMs) mistakes.push('SIMULATOR_START_DATE and SIMULATOR_DAYS: the period must end before now');
  const seed = read.whole('SIMULATOR_SEED', 0, 0xffff_ffff);
  const eventsPerSecond = read.number('SIMULATOR_EVENTS_PER_SECOND', 0, 10_000_000);
  const config: SimulatorConfig = {
    brokers,
    topic: read.text('CHURN_INPUT_TOPIC'),
    seed,
    subscribers: read.whole('SIMULATOR_SUBSCRIBERS', 1, 5_000_000),
    days,
    startMs,
    utcOffsetMinutes,
    markIntervalMs: read.whole('SIMULATOR_MARK_INTERVAL_MINUTES', 1, 1_440) * 60_000,
    incidents: read.whole('SIMULATOR_INCIDENTS', 0, 20),
    eventsPerSecond: eventsPerSecond === 0 ? undefined : eventsPerSecond,
    disorder: parseDisorder(read, { seed, endMs }, mistakes),
    malformedShare: read.number('SIMULATOR_MALFORMED_SHARE', 0, 1),
    pseudonym: parsePseudonym(
      read.text('CHURN_PSEUDONYM_KEY_ID'),
      read.text('CHURN_PSEUDONYM_SECRET'),
      brokers,
      mistakes,
    ),
    truthFile: read.text('SIMULATOR_TRUTH_FILE'),
  };
  return mistakes.length === 0 ? accepted(Object.freeze(config)) : refused('invalid_config', mistakes.join('\n'));
}

interface Reader {
  readonly text: (name: Name) => string;
  readonly whole: (name: Name, least: number, most: number) => number;
  readonly number: (name: Name, least: number, most: number) => number;
}

function createReader(env: Readonly<Record<string, string | undefined>>, mistakes: string[]): Reader {
  const text = (name: Name): string => {
    const given = env[name]?.trim() ?? '';
    return given === '' ? DEFAULTS[name] : given;
  };
  const numberWithin = (name: Name, least: number, most: number, isWhole: boolean): number => {
    const value = Number(text(name));
    const fits = value >= least && value <= most && (!isWhole || Number.isInteger(value));
    const kind = isWhole ? 'whole number' : 'number';
    if (!fits) mistakes.push(`${name}: a ${kind} from ${least} to ${most}, not "${text(name)}"`);
    return value;
  };
  return {
    text,
    whole: (name, least, most) => numberWithin(name, least, most, true),
    number: (name, least, most) => numberWithin(name, least, most, false),
  };
}

function parseDisorder(
  read: Reader,
  { seed, endMs }: { readonly seed: number; readonly endMs: number },
  mistakes: string[],
): DisorderOptions {
  const outage = parseOutage(read.text('SIMULATOR_OUTAGE'), mistakes);
  const disorder: DisorderOptions = {
    seed,
    lateShare: read.number('SIMULATOR_LATE_SHARE', 0, 1),
    lateUpToMs: read.number('SIMULATOR_LATE_UP_TO_HOURS', 0, 168) * HOUR_MS,
    shuffledShare: read.number('SIMULATOR_SHUFFLED_SHARE', 0, 1),
    shuffledWithinMs: read.number('SIMULATOR_SHUFFLED_WITHIN_MINUTES', 0, 10_080) * 60_000,
    duplicateShare: read.number('SIMULATOR_DUPLICATE_SHARE', 0, 1),
    duplicateUpToMs: read.number('SIMULATOR_DUPLICATE_UP_TO_HOURS', 0, 168) * HOUR_MS,
    beyondLimitShare: read.number('SIMULATOR_BEYOND_LIMIT_SHARE', 0, 1),
    latenessLimitMs: read.number('SIMULATOR_LATENESS_LIMIT_DAYS', 0, 365) * DAY_MS,
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
