import { testScenario } from '../scenario-test.ts';
import { calendar } from './calendar.ts';

testScenario(calendar);
