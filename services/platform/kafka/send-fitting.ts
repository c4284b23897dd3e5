import type { Message, TopicMessages } from 'kafkajs';
import { sendAcknowledged } from './send-acknowledged.ts';
import type { BatchSender } from './send-acknowledged.ts';

/** What a broker answers where a batch is above the limit of its topic, `max.message.bytes`, or of a segment. */
const TOO_LARGE: readonly unknown[] = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'];
const MISSING: readonly unknown[] = ['UNKNOWN_TOPIC_OR_PARTITION'];

/** One record, by itself, is larger than its topic takes: no other way of sending helps, only a higher limit. */
export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError';

  constructor(topic: string, { key, value }: Message, cause: unknown) {
    const bytes = (key?.length ?? 0) + (value?.length ?? 0);
    super(
      `a record of ${bytes} bytes, and its headers, is larger than the topic ${topic} takes; raise its max.message.bytes`,
      { cause },
    );
  }
}

/** Retriable: who creates a topic that is missing mends it. */
export class TopicMissingError extends Error {
  override readonly name = 'TopicMissingError';

  constructor(topics: readonly string[], cause: unknown) {
    const which = topics.length > 1 ? `one of the topics ${topics.join(', ')}` : `the topic ${topics.join()}`;
    super(`${which} is not there, or not that partition of it: it must be created first`, { cause });
  }
}

/**
 * Sends as `sendAcknowledged` does; what is too large together goes in halves, so that a topic with a low limit takes
 * all that it takes one by one. Where a record does not fit alone, those before it have been sent and those after it
 * have not: their order is kept.
 *
 * @throws RecordTooLargeError where a record does not fit alone; TopicMissingError.
 */
export async function sendFitting(sender: BatchSender, topicMessages: readonly TopicMessages[]): Promise<void> {
  try {
    await sendAcknowledged(sender, topicMessages);
  } catch (error) {
    if (isOfType(error, MISSING))
      throw new TopicMissingError([...new Set(topicMessages.map(({ topic }) => topic))], error);
    if (!isOfType(error, TOO_LARGE)) throw error;
    for (const part of partsOf(topicMessages, error)) await sendFitting(sender, part);
  }
}

function isOfType(error: unknown, types: readonly unknown[]): boolean {
  if (!(error instanceof Error)) return false;
  return ('type' in error && types.includes(error.type)) || isOfType(error.cause, types);
}

/** Smaller calls, to be made one after the other. A record's place among those of its topic stays. */
function partsOf(topicMessages: readonly TopicMessages[], error: unknown): TopicMessages[][] {
  if (topicMessages.length > 1) return topicMessages.map((one) => [one]);
  return topicMessages.flatMap(({ topic, messages }) => {
    const [first] = messages;
    if (first !== undefined && messages.length === 1) throw new RecordTooLargeError(topic, first, error);
    const middle = Math.ceil(messages.length / 2);
    return [messages.slice(0, middle), messages.slice(middle)].map((half) => [{ topic, messages: half }]);
  });
}
