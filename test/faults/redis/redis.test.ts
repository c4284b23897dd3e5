import { testScenario } from '../scenario-test.ts';
import { failover } from './failover.ts';
import { redisEvictionPolicy } from './redis-eviction-policy.ts';
import { redisKilled } from './redis-killed.ts';
import { redisRefuses } from './redis-refuses.ts';
import { redisTailLost } from './redis-tail-lost.ts';

// In one file, so that one broker of the test run serves them all, one after the other.
for (const scenario of [redisKilled, redisTailLost, failover, redisRefuses, redisEvictionPolicy]) {
  testScenario(scenario);
}
