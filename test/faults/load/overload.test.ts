import { testScenario } from '../scenario-test.ts';
import { overload } from './overload.ts';

testScenario(overload);
