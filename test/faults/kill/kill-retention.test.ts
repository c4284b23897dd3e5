import { testScenario } from '../scenario-test.ts';
import { killRetention } from './kill-retention.ts';

testScenario(killRetention);
