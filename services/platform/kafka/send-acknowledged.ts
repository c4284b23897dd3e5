import { CompressionTypes } from 'kafkajs';
import type { ICustomPartitioner, ProducerBatch, RecordMetadata, TopicMessages } from 'kafkajs';

/** A partition that changed its leader twice while its records were on their way is rare; more is trouble to be told. */
const ROUNDS = 3;

/** Time for the replicas to take a batch; the broker answers after it, come what may, and so within the client's patience. */
const ACKNOWLEDGED_WITHIN_MS = 8_000;

/** Retriable: a send that goes through all brokers in vain may have written some of its records. */
export class UnacknowledgedError extends Error {
  override readonly name = 'UnacknowledgedError';
}

/** The part of the client that sends. */
export interface BatchSender {
  sendBatch(batch: ProducerBatch): Promise<RecordMetadata[]>;
}

/**
 * Lets a record keep the partition that was found for it first, and shows it on the record. The client asks again for
 * each of its own tries, and a record that moved in between could be taken for one that a broker has acknowledged.
 */
export function toSteadyPartitioner(partitioner: ICustomPartitioner): ICustomPartitioner {
  return () => {
    const partitionOf = partitioner();
    return (args) => (args.message.partition ??= partitionOf(args));
  };
}

/**
 * Resolves when every partition that records went to was acknowledged. The client resolves once each broker that it
 * asked has answered: after a partition has moved to a broker that had answered already, the partition's records were
 * never sent. What is missing is sent again, each partition whole and in order.
 *
 * @param sender of a producer with a steady partitioner, so that the records say where they went.
 * @throws UnacknowledgedError where records are still missing after some rounds; or what the client throws.
 */
export async function sendAcknowledged(sender: BatchSender, topicMessages: readonly TopicMessages[]): Promise<void> {
  let missing = topicMessages;
  for (let round = 0; round < ROUNDS; round++) {
    const results = await sender.sendBatch({
      topicMessages: [...missing],
      acks: -1,
      timeout: ACKNOWLEDGED_WITHIN_MS,
      compression: CompressionTypes.None,
    });
    missing = unacknowledgedOf(missing, results);
    if (missing.length === 0) return;
  }
  const topics = missing.map(({ topic }) => topic).join(', ');
  throw new UnacknowledgedError(`no broker has acknowledged some of the records for ${topics}`);
}

function unacknowledgedOf(sent: readonly TopicMessages[], results: readonly RecordMetadata[]): TopicMessages[] {
  const acknowledged = new Map<string, Set<number>>();
  for (const { topicName, partition, errorCode } of results) {
    if (errorCode !== 0) continue;
    const partitions = acknowledged.get(topicName) ?? new Set();
    acknowledged.set(topicName, partitions.add(partition));
  }
  return sent.flatMap(({ topic, messages }) => {
    const partitions = acknowledged.get(topic);
    const rest = messages.filter(({ partition }) => partition === undefined || partitions?.has(partition) !== true);
    return rest.length === 0 ? [] : [{ topic, messages: rest }];
  });
}
