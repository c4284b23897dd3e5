import { testScenario } from '../scenario-test.ts';
import { messageTooLarge } from './message-too-large.ts';

testScenario(messageTooLarge);
