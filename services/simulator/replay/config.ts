import { parseArgs } from 'node:util';
import { accepted, refused } from '../../core/outcome.ts';
import type { Outcome } from '../../core/outcome.ts';

export interface ReplayConfig {
  /** The folder that holds the folders of the data sets. */
  readonly dataFolder: string;
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly seed: number;
  readonly timeZone: string;
  readonly markIntervalMs: number;
  /** Undefined for as fast as it goes. */
  readonly eventsPerSecond: number | undefined;
  readonly duplicateShare: number;
  readonly shuffledShare: number;
  readonly pseudonym: { readonly keyId: string; readonly secret: string };
}

/** The customers of the table are anonymous already; accepted with brokers on this machine only. */
const DEMO_SECRET = 'demo-only-secret-for-replayed-users';

const DEFAULTS = {
  CHURN_KAFKA_BROKERS: '127.0.0.1:9092',
  CHURN_INPUT_TOPIC: 'telco.subscriber.event.v1',
  CHURN_PSEUDONYM_KEY_ID: 'demo',
  CHURN_PSEUDONYM_SECRET: '',
  REPLAY_SEED: '1',
  REPLAY_TIME_ZONE: 'Europe/Vilnius',
  REPLAY_MARK_INTERVAL_MINUTES: '60',
  REPLAY_EVENTS_PER_SECOND: '0',
  REPLAY_DUPLICATE_SHARE: '0',
  REPLAY_SHUFFLED_SHARE: '0',
} as const;

type Name = keyof typeof DEFAULTS;

/** Reads the process's arguments and environment. */
export function loadReplayConfig(args: readonly string[]): Outcome<ReplayConfig, 'invalid_config'> {
  return parseReplayConfig(args, process.env);
}

/** Parses `--data <folder>` and settings; refuses with all mistakes at once, one per line. An empty setting means its default. */
export function parseReplayConfig(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Outcome<ReplayConfig, 'invalid_config'> {
  const mistakes: string[] = [];
  const text = (name: Name): string => {
    const given = env[name]?.trim() ?? '';
    return given === '' ? DEFAULTS[name] : given;
  };
  const number = (name: Name, least: number, most: number, isWhole = true): number => {
    const value = Number(text(name));
    if (!(value >= least && value <= most && (!isWhole || Number.isInteger(value)))) {
      mistakes.push(`${name}: a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}, not "${text(name)}"`);
    }
    return value;
  };

  const dataFolder = parseDataFolder(args, mistakes);
  const brokers = text('CHURN_KAFKA_BROKERS')
    .split(',')
    .map((broker) => broker.trim());
  if (!brokers.every((broker) => /^\S+:\d+$/.test(broker))) {
    mistakes.push(`CHURN_KAFKA_BROKERS: host:port, several by comma, not "${text('CHURN_KAFKA_BROKERS')}"`);
  }
  const timeZone = text('REPLAY_TIME_ZONE');
  if (!isTimeZone(timeZone)) mistakes.push(`REPLAY_TIME_ZONE: an IANA time zone, not "${timeZone}"`);
  const eventsPerSecond = number('REPLAY_EVENTS_PER_SECOND', 0, 10_000_000, false);
  const config: ReplayConfig = {
    dataFolder,
    brokers,
    topic: text('CHURN_INPUT_TOPIC'),
    seed: number('REPLAY_SEED', 0, 0xffff_ffff),
    timeZone,
    markIntervalMs: number('REPLAY_MARK_INTERVAL_MINUTES', 1, 1_440) * 60_000,
    eventsPerSecond: eventsPerSecond === 0 ? undefined : eventsPerSecond,
    duplicateShare: number('REPLAY_DUPLICATE_SHARE', 0, 1, false),
    shuffledShare: number('REPLAY_SHUFFLED_SHARE', 0, 1, false),
    pseudonym: parsePseudonym(text('CHURN_PSEUDONYM_KEY_ID'), text('CHURN_PSEUDONYM_SECRET'), brokers, mistakes),
  };
  return mistakes.length === 0 ? accepted(Object.freeze(config)) : refused('invalid_config', mistakes.join('\n'));
}

function parseDataFolder(args: readonly string[], mistakes: string[]): string {
  try {
    const { values } = parseArgs({ args: [...args], options: { data: { type: 'string' } } });
    if (values.data !== undefined && values.data !== '') return values.data;
    mistakes.push('--data <folder>: the folder that holds exacaster_mobile_churn and exacaster_events_2016');
  } catch (error) {
    mistakes.push(error instanceof Error ? error.message : String(error));
  }
  return '';
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function parsePseudonym(
  keyId: string,
  secret: string,
  brokers: readonly string[],
  mistakes: string[],
): ReplayConfig['pseudonym'] {
  if (!/^[a-z0-9]{1,8}$/.test(keyId)) mistakes.push('CHURN_PSEUDONYM_KEY_ID: 1 to 8 lower-case letters or digits');
  const isLoopback = brokers.every((broker) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]):\d+$/.test(broker));
  if (secret === '' && isLoopback) return { keyId, secret: DEMO_SECRET };
  if (Buffer.byteLength(secret) < 16) {
    mistakes.push('CHURN_PSEUDONYM_SECRET: at least 16 bytes; it may be left out with brokers on this machine only');
  }
  return { keyId, secret };
}
