import { testScenario } from '../scenario-test.ts';
import { deadLetterTopicDown } from './dead-letter-topic-down.ts';

testScenario(deadLetterTopicDown);
