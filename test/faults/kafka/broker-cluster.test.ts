import { testScenario } from '../scenario-test.ts';
import { brokerCluster } from './broker-cluster.ts';

testScenario(brokerCluster);
