import { testScenario } from '../scenario-test.ts';
import { replay } from './replay.ts';

testScenario(replay);
