import { Type } from 'typebox';
import type { Static } from 'typebox';
import { parseEnvironment } from '../platform/config/parse-environment.ts';
import type { ParsedEnvironment } from '../platform/config/parse-environment.ts';
import { serviceVariables, topicVariable } from '../platform/config/shared-variables.ts';

const ScorerConfig = Type.Object({
  ...serviceVariables,
  CHURN_SCORE_TOPIC: topicVariable('churn.risk-score.v1'),
  CHURN_SCORER_GROUP: Type.String({ minLength: 1, default: 'churn-scorer', description: 'consumer group' }),
  CHURN_SESSION_TIMEOUT_MS: Type.Integer({
    minimum: 6_000,
    maximum: 300_000,
    default: 30_000,
    description: 'milliseconds',
  }),
  CHURN_OPERATIONS_PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 9_464,
    description: 'port; 0 picks one',
  }),
  CHURN_COMMIT_LIMIT: Type.Integer({
    minimum: 1,
    maximum: 3_500,
    default: 1_000,
    description: 'subscribers or scores after which a commit is made',
  }),
});

export type ScorerConfig = Static<typeof ScorerConfig>;

export function readConfig(): ParsedEnvironment<ScorerConfig> {
  return parseEnvironment(ScorerConfig, process.env);
}
