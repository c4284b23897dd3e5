import { testScenario } from '../scenario-test.ts';
import { redisAccess } from './redis-access.ts';

testScenario(redisAccess);
