import { testScenario } from '../scenario-test.ts';
import { rollingRestart } from './rolling-restart.ts';

testScenario(rollingRestart);
