import { testScenario } from '../scenario-test.ts';
import { rebalanceStorm } from './rebalance-storm.ts';

testScenario(rebalanceStorm);
