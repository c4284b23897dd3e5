import { testScenario } from '../scenario-test.ts';
import { soak } from './soak.ts';

testScenario(soak);
