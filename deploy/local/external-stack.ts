import { untilKafkaAnswers, untilRedisAnswers } from './await-ready.ts';
import type { Stack } from './stack-shape.ts';

const answerWithinMs = 10_000;

/** Finds Kafka and Redis at CHURN_KAFKA_BROKERS (`host:port`, several by comma) and CHURN_REDIS_URL. Ends nothing. */
export async function openExternalStack(env: NodeJS.ProcessEnv): Promise<Stack> {
  const brokers = (env['CHURN_KAFKA_BROKERS'] ?? '')
    .split(',')
    .map((broker) => broker.trim())
    .filter((broker) => broker !== '');
  const redisUrl = env['CHURN_REDIS_URL'] ?? '';
  if (brokers.length === 0 || redisUrl === '') {
    throw new Error('the external stack needs CHURN_KAFKA_BROKERS and CHURN_REDIS_URL');
  }
  const signal = AbortSignal.timeout(answerWithinMs);
  const [, redis] = await Promise.all([
    untilKafkaAnswers(brokers, signal).catch((cause: unknown) => {
      throw new Error(`no Kafka answers at ${brokers.join(', ')} (CHURN_KAFKA_BROKERS)`, { cause });
    }),
    untilRedisAnswers(redisUrl, signal).catch((cause: unknown) => {
      throw new Error('no Redis answers at the address in CHURN_REDIS_URL', { cause });
    }),
  ]);
  // The protocol does not tell a broker's version.
  return { mode: 'external', brokers, redisUrl, versions: { kafka: 'unknown', redis }, close: () => Promise.resolve() };
}
