import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { Policy } from '../core/policy/policy.ts';
import { parseConfig } from '../platform/config/parse-environment.ts';
import type { Environment, ParsedEnvironment } from '../platform/config/parse-environment.ts';
import { readKafkaAccess } from '../platform/config/kafka-settings.ts';
import { readRedisSettings } from '../platform/config/redis-settings.ts';
import { serviceVariables, topicVariable } from '../platform/config/shared-variables.ts';
import { readPolicy } from '../platform/policy/read-policy.ts';
import type { KafkaAccess } from '../platform/kafka/client.ts';
import type { RedisSettings } from '../platform/redis/client.ts';

const ScorerConfig = Type.Object({
  ...serviceVariables,
  CHURN_SCORE_TOPIC: topicVariable('churn.risk-score.v1'),
  CHURN_SCORER_GROUP: Type.String({ minLength: 1, default: 'churn-scorer', description: 'consumer group' }),
  CHURN_OPERATIONS_PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 9_464,
    description: 'port; 0 picks one',
  }),
  CHURN_COMMIT_LIMIT: Type.Integer({
    minimum: 1,
    maximum: 3_500,
    default: 2_500,
    description: 'subscribers or scores after which a commit is made',
  }),
});

export type ScorerConfig = Static<typeof ScorerConfig>;

export interface ScorerSettings {
  readonly config: Readonly<ScorerConfig>;
  readonly policy: Policy;
  readonly redis: RedisSettings;
  readonly kafka: KafkaAccess;
}

/** Reads the variables and the policy file that they name; all mistakes together, so that one start tells them all. */
export function readConfig(environment: Environment = process.env): ParsedEnvironment<ScorerSettings> {
  return parseConfig(ScorerConfig, environment, (config) => {
    const mistakes: string[] = [];
    const redis = readRedisSettings(config, mistakes);
    const kafka = readKafkaAccess(config, mistakes);
    const policy = readPolicy(config.CHURN_POLICY_FILE);
    if (!policy.ok) mistakes.push(policy.mistake);
    if (!policy.ok || mistakes.length > 0) return { ok: false, mistakes };
    return { ok: true, value: { config, policy: policy.value, redis, kafka } };
  });
}
