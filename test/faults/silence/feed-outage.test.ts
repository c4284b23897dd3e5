import { testScenario } from '../scenario-test.ts';
import { feedOutage } from './feed-outage.ts';

testScenario(feedOutage);
