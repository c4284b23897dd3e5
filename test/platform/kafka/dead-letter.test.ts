import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeadLetterRefusedError, sendDeadLetters, toDeadLetter } from '../../../services/platform/kafka/dead-letter.ts';
import { incomingRecord } from '../../support/fake-records.ts';

const letter = toDeadLetter(incomingRecord(null), {
  topic: 'events',
  partition: 1,
  consumerGroup: 'g',
  reason: 'no_value',
  detail: 'the record has no value',
});

function refusalBy(cause: Error): Promise<DeadLetterRefusedError> {
  return sendDeadLetters(() => Promise.reject(cause), [letter]).then(
    () => assert.fail('it was taken'),
    (error: unknown) => {
      assert.ok(error instanceof DeadLetterRefusedError);
      return error;
    },
  );
}

test('a dead-letter topic that does not take records is told by name, with what is wrong', async () => {
  const wrapped = new Error('retries exceeded', { cause: new Error('This server does not host this topic-partition') });
  const refusal = await refusalBy(wrapped);
  assert.match(
    refusal.message,
    /cannot be parked in events-dlt either: This server does not host this topic-partition/,
  );
  assert.equal(refusal.isUnanswered, false, 'waiting for all of Kafka would not be told');
});

test('where no broker answers it is not the dead-letter topic that is missing', async () => {
  const refusal = await refusalBy(new Error('Connection error: connect ECONNREFUSED 127.0.0.1:9092'));
  assert.equal(refusal.isUnanswered, true);
});
