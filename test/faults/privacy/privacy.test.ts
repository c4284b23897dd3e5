import { testScenario } from '../scenario-test.ts';
import { privacy } from './privacy.ts';

testScenario(privacy);
