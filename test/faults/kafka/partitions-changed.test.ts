import { testScenario } from '../scenario-test.ts';
import { partitionsChanged } from './partitions-changed.ts';

testScenario(partitionsChanged);
