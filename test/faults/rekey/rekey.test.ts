import { testScenario } from '../scenario-test.ts';
import { rekey } from './rekey.ts';

testScenario(rekey);
