/** Prints how many records were ever written to the input log. */
import { configOrExit } from '../../services/platform/config/config-or-exit.ts';
import { brokersOf } from '../../services/platform/config/kafka-settings.ts';
import { openOffsetReader } from '../../services/platform/kafka/offsets.ts';
import { readLogVariables } from './config.ts';

const { CHURN_KAFKA_BROKERS, CHURN_INPUT_TOPIC } = configOrExit('count-log', readLogVariables());
const offsets = await openOffsetReader({ brokers: brokersOf(CHURN_KAFKA_BROKERS), clientId: 'count-log' });
const bounds = [...(await offsets.allBoundsOf(CHURN_INPUT_TOPIC)).values()];
await offsets.close();
process.stdout.write(`${bounds.reduce((sum, { endOffset }) => sum + endOffset, 0n)}\n`);
