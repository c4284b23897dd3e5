import { Type } from 'typebox';
import type { Static } from 'typebox';
import { parseConfig } from '../platform/config/parse-environment.ts';
import type { Environment, ParsedEnvironment } from '../platform/config/parse-environment.ts';
import { readKafkaAccess } from '../platform/config/kafka-settings.ts';
import { readRedisSettings, redisVariables } from '../platform/config/redis-settings.ts';
import { logVariables, serviceVariables } from '../platform/config/shared-variables.ts';
import {
  PSEUDONYM_KEY_ID_PATTERN,
  createEventIdentifier,
  createPseudonymizer,
  isPseudonymSecret,
} from '../platform/crypto/pseudonym.ts';
import { readPseudonymSettings } from '../platform/crypto/pseudonym-settings.ts';
import type { KafkaAccess } from '../platform/kafka/client.ts';
import type { RedisSettings } from '../platform/redis/client.ts';
import type { IntakeFeed } from './intake-feed.ts';
import { listFeedFiles } from './list-feed-files.ts';
import type { MappingPorts } from './mapping/map-row.ts';
import { toIntakeFeed } from './to-intake-feed.ts';

const { CHURN_OPERATIONS_HOST, CHURN_LOG_LEVEL } = serviceVariables;

const IntakeVariables = Type.Object({
  ...logVariables,
  ...redisVariables,
  CHURN_OPERATIONS_HOST,
  CHURN_LOG_LEVEL,
  CHURN_OPERATIONS_PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 9_466,
    description: 'port; 0 picks one',
  }),
  CHURN_FAILING_LIMIT_SECONDS: Type.Integer({
    minimum: 1,
    maximum: 86_400,
    default: 300,
    description: 'seconds after which a partition of a source topic that keeps failing stops its feed',
  }),
  CHURN_INTAKE_FEEDS: Type.String({ default: '', description: 'feed files or folders of them, comma separated' }),
  CHURN_INTAKE_REJECTS_DIRECTORY: Type.String({ minLength: 1, default: 'rejects', description: 'path' }),
  CHURN_PSEUDONYM_KEY_ID: Type.String({
    pattern: PSEUDONYM_KEY_ID_PATTERN,
    default: 'demo',
    description: '1 to 8 lower-case letters or digits',
  }),
  CHURN_PSEUDONYM_SECRET: Type.String({
    default: '',
    description: 'at least 16 bytes; may be left out with brokers on this machine only',
  }),
  CHURN_EVENT_ID_SECRET: Type.String({
    default: '',
    description: "at least 16 bytes; the pseudonyms' unless told",
  }),
});
type IntakeVariables = Readonly<Static<typeof IntakeVariables>>;

export interface IntakeConfig {
  readonly variables: IntakeVariables;
  readonly kafka: KafkaAccess;
  readonly redis: RedisSettings;
  readonly feeds: readonly IntakeFeed[];
  /** Dry run: nothing is written. */
  readonly check: boolean;
  /** The summary as one line of JSON. */
  readonly json: boolean;
}

const FLAGS = ['--check', '--json'];

/**
 * Reads the arguments, the variables and the files that they name; all mistakes together.
 *
 * @param args `[--check] [--json] feed.yaml…`; without files those of CHURN_INTAKE_FEEDS.
 */
export function readConfig(
  args: readonly string[],
  environment: Environment = process.env,
): ParsedEnvironment<IntakeConfig> {
  return parseConfig(IntakeVariables, environment, (variables) => interpret(args, variables));
}

function interpret(args: readonly string[], variables: IntakeVariables): ParsedEnvironment<IntakeConfig> {
  const mistakes: string[] = [];
  const flags = args.filter((arg) => arg.startsWith('-'));
  for (const flag of flags) {
    if (!FLAGS.includes(flag)) mistakes.push(`${flag}: expected ${FLAGS.join(' or ')}`);
  }
  const named = args.filter((arg) => !arg.startsWith('-'));
  const fromVariable = variables.CHURN_INTAKE_FEEDS.split(',').map((path) => path.trim());
  const paths = (named.length > 0 ? named : fromVariable).filter((path) => path !== '');
  if (paths.length === 0) mistakes.push('feed files: expected as arguments, or in CHURN_INTAKE_FEEDS');
  const kafka = readKafkaAccess(variables, mistakes);
  const redis = readRedisSettings(variables, mistakes);
  const ports = readPorts(variables, kafka.brokers, mistakes);
  const feeds: IntakeFeed[] = [];
  for (const path of listFeedFiles(paths, mistakes)) {
    const feed = toIntakeFeed(path, ports);
    if (feed.ok) feeds.push(feed.value);
    else mistakes.push(...feed.mistakes);
  }
  mistakes.push(...conflictsOf(feeds));
  if (mistakes.length > 0) return { ok: false, mistakes };
  const check = flags.includes('--check');
  return { ok: true, value: { variables, kafka, redis, feeds, check, json: flags.includes('--json') } };
}

function readPorts(
  variables: IntakeVariables,
  brokers: readonly string[],
  mistakes: string[],
): Omit<MappingPorts, 'feed'> {
  const before = mistakes.length;
  const settings = readPseudonymSettings(variables, brokers, mistakes);
  // Of its own, so that an event that is sent on both sides of a new pseudonym key is one event.
  const { CHURN_EVENT_ID_SECRET: eventIdSecret } = variables;
  if (eventIdSecret !== '' && !isPseudonymSecret(eventIdSecret)) {
    mistakes.push('CHURN_EVENT_ID_SECRET: expected at least 16 bytes');
  }
  // Feed files are checked all the same, so that one start tells all mistakes.
  if (mistakes.length > before) return { pseudonymOf: () => '', eventIdOf: () => '' };
  return {
    pseudonymOf: createPseudonymizer(settings),
    eventIdOf: createEventIdentifier({ secret: eventIdSecret || settings.secret }),
  };
}

/** What is right in each feed file and wrong in all of them together. */
function conflictsOf(feeds: readonly IntakeFeed[]): readonly string[] {
  const names = feeds.map(({ name }) => name);
  const doubled = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  const conflicts = [...doubled].map((name) => `feed ${name}: expected once, it is in several feed files`);
  if (feeds.filter(({ source }) => source.type === 'stdin').length > 1) {
    conflicts.push('source.type stdin: expected in one feed file at most');
  }
  return conflicts;
}
