import { testScenario } from '../scenario-test.ts';
import { kafkaAccess } from './kafka-access.ts';

testScenario(kafkaAccess);
