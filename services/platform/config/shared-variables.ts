import { Type } from 'typebox';
import { kafkaVariables } from './kafka-settings.ts';
import { redisVariables } from './redis-settings.ts';

/** Schema of a variable that names a topic. */
export const topicVariable = (name: string): ReturnType<typeof Type.String> =>
  Type.String({ minLength: 1, default: name, description: 'topic name' });

/** Variables of everything that reads or writes the input log. */
export const logVariables = {
  ...kafkaVariables,
  CHURN_INPUT_TOPIC: topicVariable('telco.subscriber.event.v1'),
};

/** Variables of every service that runs until it is stopped. */
export const serviceVariables = {
  ...logVariables,
  ...redisVariables,
  CHURN_ALERT_TOPIC: topicVariable('churn.risk-alert.v1'),
  CHURN_POLICY_FILE: Type.String({ minLength: 1, default: 'deploy/policy/default.yaml', description: 'path' }),
  CHURN_MODEL_DIRECTORY: Type.String({ minLength: 1, default: 'models/churn-prepaid/1.1.0', description: 'path' }),
  CHURN_SESSION_TIMEOUT_MS: Type.Integer({
    minimum: 6_000,
    maximum: 300_000,
    default: 30_000,
    description: 'milliseconds after which a silent member leaves its consumer group',
  }),
  CHURN_FAILING_LIMIT_SECONDS: Type.Integer({
    minimum: 1,
    maximum: 86_400,
    default: 300,
    description: 'seconds after which a partition that keeps failing ends the process',
  }),
  CHURN_RUBBISH_SHARE: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.05,
    description: "share of a partition's last 1,000 records that may be parked before it stops; 1 never stops",
  }),
  CHURN_OPERATIONS_HOST: Type.String({
    minLength: 1,
    default: '127.0.0.1',
    description: 'address of metrics and health',
  }),
  CHURN_LOG_LEVEL: Type.Enum(['debug', 'info', 'warn', 'error', 'silent'], {
    default: 'info',
    description: 'debug, info, warn, error or silent',
  }),
};
