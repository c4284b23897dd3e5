import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../../../deploy/local/free-port.ts';
import {
  isConnectionTrouble,
  isKafkaOutage,
  isMissingKafkaRight,
  kafkaTrouble,
} from '../../../services/platform/kafka/kafka-trouble.ts';
import { partitionCountOf } from '../../../services/platform/kafka/topics.ts';

test('a broker that is not there is an outage, told in words', async () => {
  const settings = { brokers: [`127.0.0.1:${await freePort()}`], clientId: 'test', retries: 0 };
  await assert.rejects(partitionCountOf(settings, 'x'), (error) => {
    assert.ok(isKafkaOutage(error));
    assert.match(kafkaTrouble(error), /nobody listens/);
    return true;
  });
});

test('a broker that answers that it cannot yet is not away', () => {
  assert.equal(
    isConnectionTrouble("The coordinator is loading and hence can't process requests for this group"),
    false,
  );
  assert.equal(isConnectionTrouble('Connection error: connect ECONNREFUSED 127.0.0.1:9092'), true);
});

test('an error of our own is none', () => {
  assert.equal(isKafkaOutage(new TypeError('x is undefined')), false);
  assert.equal(isKafkaOutage(new Error('connect ECONNREFUSED')), false, 'it may be another part’s');
  assert.equal(isKafkaOutage('away'), false);
});

test('a right that is missing is told with what to do, and is no outage', () => {
  const error = new Error('wrapped', {
    cause: new Error('Not authorized to access topics: [Topic authorization failed]'),
  });
  assert.ok(isMissingKafkaRight(error) && !isKafkaOutage(error));
  assert.match(kafkaTrouble(error), /may not read, write or describe a topic .*acls\.csv/);
  assert.equal(isConnectionTrouble('Not authorized to access topics: [Topic authorization failed]'), false);
  assert.match(kafkaTrouble('Group authorization failed'), /may not use its consumer group/);
});
