import { Type } from 'typebox';
import type { Static } from 'typebox';
import { parseEnvironment } from '../../services/platform/config/parse-environment.ts';
import type { ParsedEnvironment } from '../../services/platform/config/parse-environment.ts';
import { logVariables } from '../../services/platform/config/shared-variables.ts';

const TopicVariables = Type.Object({
  CHURN_KAFKA_BROKERS: logVariables.CHURN_KAFKA_BROKERS,
  CHURN_PARTITIONS: Type.Integer({ minimum: 1, maximum: 10_000, default: 4, description: 'partitions per topic' }),
});
export type TopicVariables = Static<typeof TopicVariables>;

const CredentialVariables = Type.Object({
  CHURN_API_KEYS: Type.String({ default: '', description: 'name:sha256:scope+scope, comma separated' }),
  CHURN_PSEUDONYM_SECRET: Type.String({ default: '', description: 'at least 16 bytes' }),
});
export type CredentialVariables = Static<typeof CredentialVariables>;

const LogVariables = Type.Object(logVariables);
export type LogVariables = Static<typeof LogVariables>;

export function readTopicVariables(): ParsedEnvironment<TopicVariables> {
  return parseEnvironment(TopicVariables, process.env);
}

export function readCredentialVariables(): ParsedEnvironment<CredentialVariables> {
  return parseEnvironment(CredentialVariables, process.env);
}

export function readLogVariables(): ParsedEnvironment<LogVariables> {
  return parseEnvironment(LogVariables, process.env);
}
