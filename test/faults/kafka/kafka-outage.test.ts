import { testScenario } from '../scenario-test.ts';
import { kafkaOutage } from './kafka-outage.ts';

testScenario(kafkaOutage);
