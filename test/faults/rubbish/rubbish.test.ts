import { testScenario } from '../scenario-test.ts';
import { rubbish } from './rubbish.ts';

testScenario(rubbish);
