import { testScenario } from '../scenario-test.ts';
import { stopUnderLoad } from './stop-under-load.ts';

testScenario(stopUnderLoad);
