import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProducerBatch, RecordMetadata } from 'kafkajs';
import { isKafkaOutage, kafkaTrouble } from '../../../services/platform/kafka/kafka-trouble.ts';
import { RecordTooLargeError, TopicMissingError, sendFitting } from '../../../services/platform/kafka/send-fitting.ts';

/** A broker that takes batches of at most so many bytes of values, and what it took. */
function openBroker(limitBytes: number) {
  const taken: string[] = [];
  return {
    taken,
    sendBatch({ topicMessages = [] }: ProducerBatch): Promise<RecordMetadata[]> {
      const refusal = new Error('too large', { cause: Object.assign(new Error(), { type: 'MESSAGE_TOO_LARGE' }) });
      let isRefused = false;
      for (const { topic, messages } of topicMessages) {
        const values = messages.map(({ value }) => String(value));
        if (values.join('').length > limitBytes) isRefused = true;
        else taken.push(...values.map((value) => `${topic} ${value}`));
      }
      if (isRefused) return Promise.reject(refusal);
      return Promise.resolve(topicMessages.map(({ topic }) => ({ topicName: topic, partition: 0, errorCode: 0 })));
    },
  };
}

const batch = (topic: string, values: readonly string[]) => ({
  topic,
  messages: values.map((value) => ({ key: 's', value, partition: 0 })),
});

test('what is too large together is sent in smaller parts, in order', async () => {
  const broker = openBroker(4);
  await sendFitting(broker, [batch('scores', ['aa', 'bb', 'cc', 'dd', 'ee'])]);
  assert.deepEqual(broker.taken, ['scores aa', 'scores bb', 'scores cc', 'scores dd', 'scores ee']);
});

test('a record that does not fit alone is told by topic and size, and nothing behind it is sent', async () => {
  const broker = openBroker(4);
  await assert.rejects(
    sendFitting(broker, [batch('alerts', ['a', 'b', 'too-large', 'd'])]),
    (error: unknown) =>
      error instanceof RecordTooLargeError &&
      /record of 10 bytes.*topic alerts.*max\.message\.bytes/.test(error.message) &&
      !isKafkaOutage(error),
  );
  assert.deepEqual(broker.taken, ['alerts a', 'alerts b']);
});

test('a topic that takes all is not held up by the halving of another', async () => {
  const broker = openBroker(4);
  await assert.rejects(sendFitting(broker, [batch('scores', ['a', 'b']), batch('alerts', ['too-large'])]));
  assert.ok(broker.taken.includes('scores a') && broker.taken.includes('scores b'));
});

test('a topic that is not there is told by name, and waited for as an outage is', async () => {
  const cause = Object.assign(new Error('This server does not host this topic-partition'), {
    name: 'KafkaJSProtocolError',
    type: 'UNKNOWN_TOPIC_OR_PARTITION',
    retriable: true,
  });
  const sender = { sendBatch: () => Promise.reject(new Error('gave up', { cause })) };
  await assert.rejects(
    sendFitting(sender, [batch('alerts', ['a'])]),
    (error: unknown) =>
      error instanceof TopicMissingError &&
      isKafkaOutage(error) &&
      /the topic alerts is not there/.test(kafkaTrouble(error)),
  );
});
