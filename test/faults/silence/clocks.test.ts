import { testScenario } from '../scenario-test.ts';
import { clocks } from './clocks.ts';

testScenario(clocks);
