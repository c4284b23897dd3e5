/** One more than the 50 of 1,000 that are allowed. */
export const TOO_MUCH = 51;
export const ENDS_SOON = { CHURN_FAILING_LIMIT_SECONDS: '1' };
/** Parks whatever is bad and goes on. */
export const PARK_ALL = { CHURN_RUBBISH_SHARE: '1' };

const WORDS = ['bad deploy?', 'CHURN_RUBBISH_SHARE=1', 'npm run dead-letters'];

/** What a service that stopped for rubbish should have said in its log, and did not. */
export function untold(log: string): string[] {
  return WORDS.filter((words) => !log.includes(words)).map((words) => `the log does not say: ${words}`);
}
