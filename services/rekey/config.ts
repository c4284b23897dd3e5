import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { readKafkaAccess } from '../platform/config/kafka-settings.ts';
import { parseConfig } from '../platform/config/parse-environment.ts';
import type { Environment, ParsedEnvironment } from '../platform/config/parse-environment.ts';
import { readRedisSettings, redisVariables } from '../platform/config/redis-settings.ts';
import { logVariables, serviceVariables, topicVariable } from '../platform/config/shared-variables.ts';
import { PSEUDONYM_KEY_ID_PATTERN, isPseudonymSecret } from '../platform/crypto/pseudonym.ts';
import type { PseudonymSettings } from '../platform/crypto/pseudonym-settings.ts';
import type { KafkaAccess } from '../platform/kafka/client.ts';
import type { RedisSettings } from '../platform/redis/client.ts';

const text = (description: string): ReturnType<typeof Type.String> => Type.String({ default: '', description });
const KEY_ID = '1 to 8 lower-case letters or digits';
const SECRET = 'at least 16 bytes';

const Variables = Type.Object({
  ...logVariables,
  ...redisVariables,
  CHURN_ALERT_TOPIC: serviceVariables.CHURN_ALERT_TOPIC,
  CHURN_OUTCOME_TOPIC: topicVariable('retention.outcome.v1'),
  CHURN_SCORER_GROUP: Type.String({ minLength: 1, default: 'churn-scorer', description: 'consumer group' }),
  CHURN_RETENTION_GROUP: Type.String({ minLength: 1, default: 'churn-retention', description: 'consumer group' }),
  CHURN_OLD_PSEUDONYM_KEY_ID: text(KEY_ID),
  CHURN_OLD_PSEUDONYM_SECRET: text(SECRET),
  CHURN_PSEUDONYM_KEY_ID: text(KEY_ID),
  CHURN_PSEUDONYM_SECRET: text(SECRET),
});
type Variables = Readonly<Static<typeof Variables>>;

export interface RekeyConfig {
  readonly kafka: KafkaAccess;
  readonly redis: RedisSettings;
  readonly inputTopic: string;
  readonly alertTopic: string;
  /** Consumer groups of scorers and retention. */
  readonly serviceGroups: readonly string[];
  readonly oldKey: PseudonymSettings;
  readonly newKey: PseudonymSettings;
  /** Goes the way back. */
  readonly isReopening: boolean;
  /** Path; '-' is standard input, and '' where names do not change. */
  readonly numbers: string;
  readonly from: string;
  readonly to: string;
  readonly leaveUnlisted: boolean;
  readonly isDry: boolean;
  readonly json: boolean;
}

const OPTIONS = {
  numbers: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  reopen: { type: 'boolean' },
  'leave-unlisted': { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Reads options and variables; all mistakes together. */
export function readConfig(
  args: readonly string[],
  environment: Environment = process.env,
): ParsedEnvironment<RekeyConfig> {
  // npm runs scripts in the package's folder, wherever the caller stands.
  const folder = environment['INIT_CWD'] ?? process.cwd();
  return parseConfig(Variables, environment, (variables) => interpret(args, variables, folder));
}

function interpret(args: readonly string[], variables: Variables, folder: string): ParsedEnvironment<RekeyConfig> {
  const mistakes: string[] = [];
  const values = parse(args, mistakes);
  if (values === undefined) return { ok: false, mistakes };
  const { numbers = '', to, from = variables.CHURN_REDIS_KEYSPACE, reopen: isReopening = false } = values;
  if (isReopening && numbers !== '') mistakes.push('--reopen: expected no --numbers, for no names change');
  if (!isReopening && numbers === '') mistakes.push('--numbers: expected a file of numbers, or -');
  if (to === undefined) mistakes.push("--to: expected the new keyspace; '' is that without a prefix");
  if (to === from) mistakes.push('--to: expected another keyspace than that of --from');
  for (const [name, keyspace] of [['--from', from] as const, ['--to', to ?? ''] as const]) {
    if (/[{}]/.test(keyspace)) mistakes.push(`${name}: expected a keyspace without braces`);
  }
  const oldKey = readKey('CHURN_OLD_PSEUDONYM', variables, mistakes);
  const newKey = readKey('CHURN_PSEUDONYM', variables, mistakes);
  if (oldKey.keyId === newKey.keyId && oldKey.keyId !== '') {
    mistakes.push('CHURN_PSEUDONYM_KEY_ID: expected another key id than CHURN_OLD_PSEUDONYM_KEY_ID, to tell ids apart');
  }
  const kafka = readKafkaAccess(variables, mistakes);
  const redis = readRedisSettings(variables, mistakes);
  if (to === undefined || mistakes.length > 0) return { ok: false, mistakes };
  return {
    ok: true,
    value: {
      kafka,
      redis,
      inputTopic: variables.CHURN_INPUT_TOPIC,
      alertTopic: variables.CHURN_ALERT_TOPIC,
      serviceGroups: [
        variables.CHURN_SCORER_GROUP,
        ...[variables.CHURN_ALERT_TOPIC, variables.CHURN_OUTCOME_TOPIC].map(
          (topic) => `${variables.CHURN_RETENTION_GROUP}.${topic}`,
        ),
      ],
      oldKey,
      newKey,
      isReopening,
      numbers: numbers === '-' || numbers === '' ? numbers : resolve(folder, numbers),
      from,
      to,
      leaveUnlisted: values['leave-unlisted'] === true,
      isDry: values['dry-run'] === true,
      json: values.json === true,
    },
  };
}

function readKey(
  name: 'CHURN_OLD_PSEUDONYM' | 'CHURN_PSEUDONYM',
  variables: Variables,
  mistakes: string[],
): PseudonymSettings {
  const keyId = variables[`${name}_KEY_ID`];
  const secret = variables[`${name}_SECRET`];
  if (!new RegExp(PSEUDONYM_KEY_ID_PATTERN).test(keyId)) mistakes.push(`${name}_KEY_ID: expected ${KEY_ID}`);
  if (!isPseudonymSecret(secret)) mistakes.push(`${name}_SECRET: expected ${SECRET}`);
  return { keyId, secret };
}

function parse(args: readonly string[], mistakes: string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    mistakes.push('options: expected --numbers FILE, --to KEYSPACE, and others that --help lists');
    return undefined;
  }
}
