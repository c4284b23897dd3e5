import { testScenario } from '../scenario-test.ts';
import { killScorers } from './kill-scorers.ts';

testScenario(killScorers);
