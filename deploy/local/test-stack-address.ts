/** Where the test run's Kafka and Redis are: the runner writes it into the environment of the test files. */
export type TestStackAddress = { readonly brokers: string[]; readonly redisUrl: string };

export function testStackEnvironment({ brokers, redisUrl }: TestStackAddress): NodeJS.ProcessEnv {
  return { CHURN_TEST_KAFKA: brokers.join(','), CHURN_TEST_REDIS: redisUrl };
}

/** The address, or undefined outside a test run. */
export function readTestStackAddress(env: NodeJS.ProcessEnv = process.env): TestStackAddress | undefined {
  const { CHURN_TEST_KAFKA: kafka, CHURN_TEST_REDIS: redisUrl } = env;
  if (kafka === undefined || kafka === '' || redisUrl === undefined || redisUrl === '') return undefined;
  return { brokers: kafka.split(','), redisUrl };
}
