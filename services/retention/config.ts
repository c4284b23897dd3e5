import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { Policy } from '../core/policy/policy.ts';
import type { WorkingCalendar } from '../core/time/working-calendar.ts';
import { parseConfig } from '../platform/config/parse-environment.ts';
import type { Environment, ParsedEnvironment } from '../platform/config/parse-environment.ts';
import { readKafkaAccess } from '../platform/config/kafka-settings.ts';
import { readRedisSettings } from '../platform/config/redis-settings.ts';
import { serviceVariables, topicVariable } from '../platform/config/shared-variables.ts';
import { createPseudonymizer } from '../platform/crypto/pseudonym.ts';
import { readPolicy } from '../platform/policy/read-policy.ts';
import type { KafkaAccess } from '../platform/kafka/client.ts';
import type { RedisSettings } from '../platform/redis/client.ts';
import type { Authenticate } from './auth/authenticate.ts';
import { jwtAlgorithms } from './auth/jwt.ts';
import { readAuthSettings } from './auth/read-auth-settings.ts';
import { readWorkingCalendar } from './read-working-calendar.ts';

const port = (number: number): ReturnType<typeof Type.Integer> =>
  Type.Integer({ minimum: 0, maximum: 65_535, default: number, description: 'port; 0 picks one' });
const optionalText = (description: string): ReturnType<typeof Type.String> => Type.String({ default: '', description });

const RetentionVariables = Type.Object({
  ...serviceVariables,
  CHURN_WORK_ORDER_TOPIC: topicVariable('retention.work-order.v1'),
  CHURN_OUTCOME_TOPIC: topicVariable('retention.outcome.v1'),
  CHURN_RETENTION_GROUP: Type.String({ minLength: 1, default: 'churn-retention', description: 'consumer group' }),
  CHURN_HTTP_HOST: Type.String({ minLength: 1, default: '127.0.0.1', description: 'address to listen on' }),
  CHURN_HTTP_PORT: port(8_080),
  CHURN_PUBLIC_BASE_URL: Type.String({
    pattern: '^(https?://[^/?#\\s]+)?$',
    default: '',
    description: 'scheme and host as clients see them, without a path',
  }),
  CHURN_OPERATIONS_PORT: port(9_465),
  CHURN_WORKING_CALENDAR_FILE: Type.String({
    minLength: 1,
    default: 'services/retention/calendars/china-2025-2026.yaml',
    description: 'path',
  }),
  CHURN_DUE_WORKING_DAYS: Type.Number({ minimum: 0.1, maximum: 30, default: 3, description: 'working days' }),
  CHURN_EXPIRE_AFTER_WORKING_DAYS: Type.Number({
    minimum: 0,
    maximum: 250,
    default: 10,
    description: 'working days after the due time',
  }),
  CHURN_PSEUDONYM_KEY_ID: optionalText('1 to 8 lower-case letters or digits'),
  CHURN_PSEUDONYM_SECRET: optionalText('at least 16 bytes, as in intake'),
  CHURN_AUTH: Type.Enum(['off', 'api-key', 'jwt', 'api-key+jwt'], {
    default: 'off',
    description: 'off, api-key, jwt or api-key+jwt',
  }),
  CHURN_API_KEYS: optionalText('name:sha256:scope+scope, comma separated'),
  CHURN_JWT_PUBLIC_KEY_FILE: optionalText('path of a PEM file'),
  CHURN_JWT_ALGORITHM: Type.Enum([...jwtAlgorithms], { default: 'RS256', description: jwtAlgorithms.join(', ') }),
  CHURN_JWT_ISSUER: optionalText('issuer of the tokens'),
  CHURN_JWT_AUDIENCE: optionalText('audience of the tokens'),
});
type RetentionVariables = Static<typeof RetentionVariables>;

export interface RetentionConfig {
  readonly variables: Readonly<RetentionVariables>;
  readonly publicBaseUrl: string;
  readonly calendar: WorkingCalendar;
  readonly policy: Policy;
  readonly redis: RedisSettings;
  readonly kafka: KafkaAccess;
  readonly authenticate: Authenticate;
  /** undefined where no secret is given. */
  readonly pseudonymOf: ((number: string) => string) | undefined;
}

/** Reads the variables and the files that they name; all mistakes together, so that one start tells them all. */
export function readConfig(environment: Environment = process.env): ParsedEnvironment<RetentionConfig> {
  return parseConfig(RetentionVariables, environment, interpret);
}

function interpret(variables: Readonly<RetentionVariables>): ParsedEnvironment<RetentionConfig> {
  const { authenticate, mistakes: authMistakes } = readAuthSettings(variables);
  const mistakes = [...authMistakes];
  const redis = readRedisSettings(variables, mistakes);
  const kafka = readKafkaAccess(variables, mistakes);
  const calendar = readWorkingCalendar(variables.CHURN_WORKING_CALENDAR_FILE);
  if (!calendar.ok) mistakes.push(`CHURN_WORKING_CALENDAR_FILE: ${calendar.detail}`);
  const policy = readPolicy(variables.CHURN_POLICY_FILE);
  if (!policy.ok) mistakes.push(policy.mistake);
  const pseudonymOf = readPseudonymizer(variables, mistakes);
  if (variables.CHURN_HTTP_PORT === 0 && variables.CHURN_PUBLIC_BASE_URL === '') {
    mistakes.push('CHURN_PUBLIC_BASE_URL: expected, for CHURN_HTTP_PORT 0 picks a port that links cannot know');
  }
  if (!calendar.ok || !policy.ok || mistakes.length > 0) return { ok: false, mistakes };
  const publicBaseUrl = variables.CHURN_PUBLIC_BASE_URL || localBaseUrl(variables);
  return {
    ok: true,
    value: {
      variables,
      publicBaseUrl,
      calendar: calendar.value,
      policy: policy.value,
      redis,
      kafka,
      authenticate,
      pseudonymOf,
    },
  };
}

function localBaseUrl({ CHURN_HTTP_HOST: host, CHURN_HTTP_PORT: listensOn }: RetentionVariables): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${listensOn}`;
}

function readPseudonymizer(variables: RetentionVariables, mistakes: string[]): RetentionConfig['pseudonymOf'] {
  const { CHURN_PSEUDONYM_KEY_ID: keyId, CHURN_PSEUDONYM_SECRET: secret } = variables;
  if (keyId === '' && secret === '') return undefined;
  try {
    return createPseudonymizer({ keyId, secret });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    mistakes.push(`CHURN_PSEUDONYM_KEY_ID, CHURN_PSEUDONYM_SECRET: ${error.message}`);
    return undefined;
  }
}
