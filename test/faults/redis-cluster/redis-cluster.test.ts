import { testScenario } from '../scenario-test.ts';
import { redisCluster } from './redis-cluster.ts';

testScenario(redisCluster);
