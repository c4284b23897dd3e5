import { testScenario } from '../scenario-test.ts';
import { disorder } from './disorder.ts';

testScenario(disorder);
