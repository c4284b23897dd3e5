import { testScenario } from '../scenario-test.ts';
import { httpFuzz } from './http-fuzz.ts';

testScenario(httpFuzz);
