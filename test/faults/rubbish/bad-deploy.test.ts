import { testScenario } from '../scenario-test.ts';
import { badDeploy } from './bad-deploy.ts';

testScenario(badDeploy);
