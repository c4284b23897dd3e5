import { testScenario } from '../scenario-test.ts';
import { topicMissing } from './topic-missing.ts';

testScenario(topicMissing);
