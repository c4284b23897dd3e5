import { testScenario } from '../scenario-test.ts';
import { skew } from './skew.ts';

testScenario(skew);
