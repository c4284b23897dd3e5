/**
 * Looks at dead letters and feeds them back in, see help.ts. Delivery: a letter is fed in at least once, and its mark
 * written after; readers know what comes twice by its ids.
 */
import { configOrExit } from '../platform/config/config-or-exit.ts';
import type { KafkaSettings } from '../platform/kafka/client.ts';
import { deadLetterTopicOf } from '../platform/kafka/dead-letter.ts';
import { createPartitionOf } from '../platform/kafka/partition.ts';
import { openProducer } from '../platform/kafka/producer.ts';
import { readAt } from '../platform/kafka/read-at.ts';
import { readTopic } from '../platform/kafka/read-topic.ts';
import { partitionCountOf } from '../platform/kafka/topics.ts';
import { readConfig } from './config.ts';
import type { DeadLettersConfig } from './config.ts';
import { HELP } from './help.ts';
import { runCommand } from './run-command.ts';
import { alertContract, inputContract, outcomeContract } from './topic-contract.ts';
import type { TopicContract } from './topic-contract.ts';

const args = process.argv.slice(2);
if (args.includes('--help')) {
  process.stdout.write(HELP);
} else {
  const config = configOrExit('dead-letters', readConfig(args));
  try {
    process.exitCode = await run(config);
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

async function run(config: DeadLettersConfig): Promise<number> {
  const kafka: KafkaSettings = { ...config.kafka, clientId: 'dead-letters', retries: 3 };
  const deadLetterTopic = deadLetterTopicOf(config.topic);
  await partitionCountOf(kafka, deadLetterTopic);
  const partitions = await partitionCountOf(kafka, config.topic);
  const producer = await openProducer(kafka);
  try {
    return await runCommand(config, {
      deadLetterTopic,
      contract: contractOf(config, partitions),
      readLetters: (onRecord) => readTopic(kafka, deadLetterTopic, onRecord),
      readOrigins: (offsets, onRecord) => readAt(kafka, config.topic, offsets, onRecord),
      send: (records) => producer.send(records),
      print: (line) => process.stdout.write(`${line}\n`),
      tell,
    });
  } finally {
    await producer.close();
  }
}

function contractOf({ role }: DeadLettersConfig, partitions: number): TopicContract {
  switch (role) {
    case 'input':
      return inputContract(Date.now, createPartitionOf(partitions));
    case 'alert':
      return alertContract();
    case 'outcome':
      return outcomeContract();
  }
}

function tell(line: string): void {
  process.stderr.write(`churn dead-letters: ${line}\n`);
}
