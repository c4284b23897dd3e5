import { testScenario } from '../scenario-test.ts';
import { restartLarge } from './restart-large.ts';

testScenario(restartLarge);
