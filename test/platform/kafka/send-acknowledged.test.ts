import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message, ProducerBatch, RecordMetadata } from 'kafkajs';
import { isKafkaOutage } from '../../../services/platform/kafka/kafka-trouble.ts';
import { sendAcknowledged, toSteadyPartitioner } from '../../../services/platform/kafka/send-acknowledged.ts';

const TOPIC = 'input';

/** Stands in for the client: answers as told, and notes what it was asked to send. */
function openSender(answers: readonly (readonly [partition: number, errorCode: number][])[]) {
  const sent: string[][] = [];
  return {
    sent,
    sendBatch({ topicMessages = [] }: ProducerBatch): Promise<RecordMetadata[]> {
      sent.push(
        topicMessages.flatMap(({ topic, messages }) =>
          messages.map(({ partition, value }) => `${topic}/${partition} ${String(value)}`),
        ),
      );
      const answer = answers[sent.length - 1] ?? [];
      return Promise.resolve(
        answer.map(([partition, errorCode]) => ({ topicName: TOPIC, partition, errorCode, baseOffset: '0' })),
      );
    },
  };
}

const message = (partition: number, value: string): Message => ({ key: 's', value, partition });
const messages = [message(0, 'a'), message(1, 'b'), message(0, 'c'), message(1, 'd')];

test('a send resolves only when every partition has been acknowledged: what a moved leader left out is sent again, in order', async () => {
  const sender = openSender([[[0, 0]], [[1, 0]]]);
  await sendAcknowledged(sender, [{ topic: TOPIC, messages }]);
  assert.deepEqual(sender.sent, [
    ['input/0 a', 'input/1 b', 'input/0 c', 'input/1 d'],
    ['input/1 b', 'input/1 d'],
  ]);
});

test('what was acknowledged at once is sent once', async () => {
  const sender = openSender([
    [
      [0, 0],
      [1, 0],
    ],
  ]);
  await sendAcknowledged(sender, [{ topic: TOPIC, messages }]);
  assert.equal(sender.sent.length, 1);
});

test('a partition that answers with an error has not been acknowledged', async () => {
  const sender = openSender([
    [
      [0, 0],
      [1, 6],
    ],
    [[1, 0]],
  ]);
  await sendAcknowledged(sender, [{ topic: TOPIC, messages }]);
  assert.deepEqual(sender.sent[1], ['input/1 b', 'input/1 d']);
});

test('an answer for another topic acknowledges nothing', async () => {
  const sender = openSender([
    [
      [0, 0],
      [1, 0],
    ],
    [],
    [],
  ]);
  const other = sendAcknowledged(sender, [{ topic: 'other', messages: [message(0, 'a')] }]);
  await assert.rejects(other);
});

test('records that are never acknowledged are told as an outage, which callers wait out and send again', async () => {
  const sender = openSender([]);
  await assert.rejects(sendAcknowledged(sender, [{ topic: TOPIC, messages }]), (error) => isKafkaOutage(error));
  assert.equal(sender.sent.length, 3);
});

test('a record keeps its partition over the tries of the client, which asks again for each', () => {
  let next = 0;
  const partitionOf = toSteadyPartitioner(() => () => next++)();
  const free: Message = { key: null, value: 'x' };
  const args = { topic: TOPIC, partitionMetadata: [], message: free };
  assert.deepEqual([partitionOf(args), partitionOf(args), free.partition], [0, 0, 0]);
  assert.equal(partitionOf({ ...args, message: message(5, 'y') }), 5);
});
