/** Creates the topics that are missing, then ends. Fails where one has another number of partitions than stated. */
import { configOrExit } from '../../services/platform/config/config-or-exit.ts';
import { brokersOf } from '../../services/platform/config/kafka-settings.ts';
import { ensureTopics } from '../../services/platform/kafka/topics.ts';
import { topicSpecs } from '../local/demo/topics.ts';
import { readTopicVariables } from './config.ts';

const { CHURN_KAFKA_BROKERS, CHURN_PARTITIONS } = configOrExit('create-topics', readTopicVariables());
const specs = topicSpecs(CHURN_PARTITIONS);
await ensureTopics({ brokers: brokersOf(CHURN_KAFKA_BROKERS), clientId: 'create-topics' }, specs);
process.stdout.write(`topics: ${specs.map(({ topic }) => topic).join(', ')}\n`);
