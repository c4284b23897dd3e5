import { Type } from 'typebox';
import type { Static } from 'typebox';
import { parseEnvironment } from '../platform/config/parse-environment.ts';
import type { ParsedEnvironment } from '../platform/config/parse-environment.ts';

const ScorerConfig = Type.Object({
  CHURN_KAFKA_BROKERS: Type.String({
    minLength: 1,
    default: '127.0.0.1:9092',
    description: 'host:port, comma separated',
  }),
  CHURN_REDIS_URL: Type.String({
    pattern: '^rediss?://',
    default: 'redis://127.0.0.1:6379',
    description: 'redis:// URL',
  }),
  CHURN_REDIS_KEYSPACE: Type.String({
    default: '',
    pattern: '^[^{}]*$',
    description: 'prefix of all keys, without braces',
  }),
  CHURN_INPUT_TOPIC: Type.String({ minLength: 1, default: 'telco.subscriber.event.v1', description: 'topic name' }),
  CHURN_SCORE_TOPIC: Type.String({ minLength: 1, default: 'churn.risk-score.v1', description: 'topic name' }),
  CHURN_ALERT_TOPIC: Type.String({ minLength: 1, default: 'churn.risk-alert.v1', description: 'topic name' }),
  CHURN_SCORER_GROUP: Type.String({ minLength: 1, default: 'churn-scorer', description: 'consumer group' }),
  CHURN_POLICY_FILE: Type.String({ minLength: 1, default: 'deploy/policy/default.yaml', description: 'path' }),
  CHURN_MODEL_DIRECTORY: Type.String({ minLength: 1, default: 'models/churn-prepaid/1.0.0', description: 'path' }),
  CHURN_SESSION_TIMEOUT_MS: Type.Integer({
    minimum: 6_000,
    maximum: 300_000,
    default: 30_000,
    description: 'milliseconds',
  }),
  CHURN_OPERATIONS_HOST: Type.String({
    minLength: 1,
    default: '127.0.0.1',
    description: 'address of metrics and health',
  }),
  CHURN_OPERATIONS_PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 9_464,
    description: 'port; 0 picks one',
  }),
  CHURN_COMMIT_LIMIT: Type.Integer({ minimum: 1, maximum: 3_500, default: 1_000, description: 'subscribers a commit' }),
  CHURN_LOG_LEVEL: Type.Union(
    [Type.Literal('debug'), Type.Literal('info'), Type.Literal('warn'), Type.Literal('error'), Type.Literal('silent')],
    { default: 'info', description: 'debug, info, warn, error or silent' },
  ),
});

export type ScorerConfig = Static<typeof ScorerConfig>;

export function readConfig(): ParsedEnvironment<ScorerConfig> {
  return parseEnvironment(ScorerConfig, process.env);
}
