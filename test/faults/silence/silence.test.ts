import { testScenario } from '../scenario-test.ts';
import { silence } from './silence.ts';

testScenario(silence);
