import { testScenario } from '../scenario-test.ts';
import { brokerKilled } from './broker-killed.ts';

testScenario(brokerKilled);
