import { Kafka, logLevel } from 'kafkajs';
import type { Producer } from 'kafkajs';
import { until } from '../../support/until.ts';

const ANSWER_WITHIN_MS = 3_000;

/**
 * Sends records to a topic that holds nothing else, until one is not taken for a cause of the pattern.
 *
 * @returns the cause: the broker's error, such as NOT_ENOUGH_REPLICAS, or the name of the client's.
 */
export async function untilSendIsRefused(brokers: readonly string[], topic: string, as: RegExp): Promise<string> {
  const producer = new Kafka({
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    requestTimeout: 2 * ANSWER_WITHIN_MS,
    retry: { retries: 0 },
  }).producer();
  // The first broker asked may be one that is gone.
  await until('a broker is connected', () => connects(producer));
  try {
    return await until('a record is refused', async () => {
      try {
        await producer.send({ topic, acks: -1, timeout: ANSWER_WITHIN_MS, messages: [{ value: 'probe' }] });
        return undefined;
      } catch (error) {
        const cause = causeOf(error);
        return as.test(cause) ? cause : undefined;
      }
    });
  } finally {
    await producer.disconnect();
  }
}

async function connects(producer: Producer): Promise<boolean> {
  try {
    await producer.connect();
    return true;
  } catch {
    return false;
  }
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return causeOf(error.cause);
  return 'type' in error ? String(error.type) : error.name;
}
