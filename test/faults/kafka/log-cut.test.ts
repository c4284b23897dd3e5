import { testScenario } from '../scenario-test.ts';
import { logCut } from './log-cut.ts';

testScenario(logCut);
