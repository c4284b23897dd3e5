import { testScenario } from '../scenario-test.ts';
import { acknowledgementsDropped } from './acknowledgements-dropped.ts';

testScenario(acknowledgementsDropped);
