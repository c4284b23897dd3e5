import { testScenario } from '../scenario-test.ts';
import { zombie } from './zombie.ts';

testScenario(zombie);
