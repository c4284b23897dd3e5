import { Kafka, logLevel } from 'kafkajs';
import type { Admin } from 'kafkajs';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../../deploy/local/free-port.ts';
import { startRedis } from '../../deploy/local/native-redis.ts';
import { findNativeParts } from '../../deploy/local/require-native-parts.ts';
import { openRedis } from '../../services/platform/redis/client.ts';
import { openInstallation } from '../support/installation.ts';
import type { Installation, TestEnd } from '../support/installation.ts';
import { sendRecords } from '../support/installation-log.ts';
import { countsOf, storedStatesOf, untilSettled } from '../support/installation-state.ts';
import { at, people, regularLife } from '../support/regular-life.ts';
import { scorerThatEnds, serviceThatEnds, startScorer } from '../support/scorer-process.ts';
import { openSilentServer } from '../support/silent-server.ts';
import { writeSilenceModel } from '../../models/pipeline/stand-in/silence-model.ts';

const life = { subscriberIds: people(5) };
const firstDay = regularLife({ ...life, fromMs: at(0), toMs: at(1) });
const secondDay = regularLife({ ...life, fromMs: at(1), toMs: at(2) });

/** An installation whose first day has been read, by a scorer that has left again. */
async function openAfterOneDay(t: TestEnd): Promise<Installation> {
  const shop = await openInstallation(t, { partitions: 1 });
  const scorer = await startScorer(shop);
  await sendRecords(shop, firstDay);
  await untilSettled(shop);
  await scorer.stop();
  return shop;
}

test('where Kafka has deleted what Redis says comes next, the scorer refuses rather than skips', async (t) => {
  const shop = await openAfterOneDay(t);
  const before = { counts: await countsOf(shop), states: await storedStatesOf(shop) };
  const next = (await shop.offsets.boundsOf(shop.topics.input, 0)).endOffset;
  await sendRecords(shop, secondDay);
  await withAdmin(shop, async (admin) => {
    await admin.fetchTopicOffsets(shop.topics.input);
    await admin.deleteTopicRecords({
      topic: shop.topics.input,
      partitions: [{ partition: 0, offset: `${next + 10n}` }],
    });
  });

  const { how, log } = await scorerThatEnds(shop);

  assert.equal(how, 'exit code 1');
  assert.match(log, new RegExp(`partition 0: Redis goes on at offset ${next}, but the log holds ${next + 10n} to`));
  assert.match(log, /Events in between are gone from Kafka/);
  assert.deepEqual({ counts: await countsOf(shop), states: await storedStatesOf(shop) }, before);
});

test('state that is ahead of the log, as after the topic was made anew, is refused', async (t) => {
  const shop = await openAfterOneDay(t);
  const fresh = await openInstallation(t, { partitions: 1 });
  await sendRecords(fresh, firstDay.slice(0, 10));

  const { how, log } = await scorerThatEnds(shop, {
    CHURN_INPUT_TOPIC: fresh.topics.input,
    CHURN_SCORER_GROUP: fresh.settings['CHURN_SCORER_GROUP'] ?? '',
  });

  assert.equal(how, 'exit code 1');
  assert.match(log, /but the log holds 0 to 10/);
});

test('a changed number of partitions is refused at start, before any new event comes', async (t) => {
  const shop = await openAfterOneDay(t);
  const { input, score, alert } = shop.topics;
  const widen = (topics: readonly string[]): Promise<unknown> =>
    withAdmin(shop, (admin) =>
      admin.createPartitions({ topicPartitions: topics.map((topic) => ({ topic, count: 2 })) }),
    );
  await widen([input]);

  const narrow = await scorerThatEnds(shop);

  assert.equal(narrow.how, 'exit code 78');
  for (const topic of [`${input}-dlt`, score, alert]) {
    assert.ok(narrow.log.includes(`${topic}: expected 2 partitions, as ${input} has, found 1`), topic);
  }
  await widen([`${input}-dlt`, score, alert]);

  const { how, log } = await scorerThatEnds(shop);

  assert.equal(how, 'exit code 78');
  assert.match(log, /was made with 1 partitions, the topic has 2/);
});

const withoutRedis = findNativeParts() === undefined ? 'redis-server is not prepared natively' : false;
test('a Redis that may drop state to make room is refused', { skip: withoutRedis }, async (t) => {
  const shop = await openInstallation(t, { partitions: 1 });
  const own = await startRedis({ dir: join(shop.directory, 'redis'), port: await freePort() });
  try {
    const client = await openRedis({ url: own.redisUrl });
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    client.disconnect();
    const { how, log } = await scorerThatEnds(shop, { CHURN_REDIS_URL: own.redisUrl });
    assert.equal(how, 'exit code 78');
    assert.match(log, /maxmemory-policy is allkeys-lru, expected noeviction/);
  } finally {
    await own.kill();
  }
});

test('a model bundle made for other features is refused', async (t) => {
  const shop = await openInstallation(t, { partitions: 1 });
  const model = await writeSilenceModel(join(shop.directory, 'other'), 6, { featureSchemaSha256: '0'.repeat(64) });
  const { how, log } = await scorerThatEnds(shop, { CHURN_MODEL_DIRECTORY: model });
  assert.equal(how, 'exit code 78');
  assert.match(
    log,
    /the model bundle \S+ is refused: feature_schema\.json schemaSha256: expected \\"[0-9a-f]+\\", found \\"0+\\"/,
  );
  assert.doesNotMatch(log, /"stack"/);
});

test('an address that another process listens on is refused by the names of its settings', async (t) => {
  const shop = await openInstallation(t, { partitions: 1 });
  const port = await openSilentServer(t);
  const { how, log } = await scorerThatEnds(shop, { CHURN_OPERATIONS_PORT: String(port) });
  assert.equal(how, 'exit code 78');
  assert.match(
    log,
    new RegExp(`CHURN_OPERATIONS_PORT: expected an address that is free here, found \\S+:${port} \\(EADDRINUSE`),
  );
});

test('mistakes of the configuration are told all together, with an exit code of their own', async (t) => {
  const shop = await openInstallation(t, { partitions: 1 });
  const { how, log } = await scorerThatEnds(shop, {
    CHURN_REDIS_URL: 'http://nowhere',
    CHURN_SESSION_TIMEOUT_MS: '10',
    CHURN_COMMIT_LIMIT: 'many',
    CHURN_LOG_LEVEL: 'loud',
    CHURN_POLICY_FILE: 'absent.yaml',
  });
  assert.equal(how, 'exit code 78');
  const names = ['CHURN_REDIS_URL', 'CHURN_SESSION_TIMEOUT_MS', 'CHURN_COMMIT_LIMIT', 'CHURN_LOG_LEVEL'];
  for (const name of [...names, 'CHURN_POLICY_FILE']) {
    assert.match(log, new RegExp(`^ +${name}: expected`, 'm'));
  }
  assert.match(log, /CHURN_COMMIT_LIMIT: expected .*, a whole number from 1 to 3500/);
  assert.doesNotMatch(log, /nowhere|many|loud/, 'values may be secrets');
});

test('so are those of the retention service', async (t) => {
  const shop = await openInstallation(t, { partitions: 1 });
  const { how, log } = await serviceThatEnds(shop, 'services/retention/main.ts', {
    CHURN_KAFKA_BROKERS: 'nowhere',
    CHURN_REDIS_URL: 'redis://user:pa/ss@h',
    CHURN_HTTP_PORT: '70000',
    CHURN_AUTH: 'sometimes',
    CHURN_WORKING_CALENDAR_FILE: 'absent.yaml',
    CHURN_POLICY_FILE: 'absent.yaml',
    CHURN_PSEUDONYM_SECRET: 'short',
  });
  assert.equal(how, 'exit code 78');
  const names = [
    'CHURN_KAFKA_BROKERS',
    'CHURN_REDIS_URL',
    'CHURN_HTTP_PORT',
    'CHURN_AUTH',
    'CHURN_WORKING_CALENDAR_FILE',
  ];
  for (const name of [...names, 'CHURN_POLICY_FILE', 'CHURN_PSEUDONYM_SECRET']) {
    assert.match(log, new RegExp(`^ +.*${name}: `, 'm'), name);
  }
  assert.doesNotMatch(log, /pa\/ss|70000|sometimes|short/, 'values may be secrets');
});

async function withAdmin(shop: Installation, work: (admin: Admin) => Promise<unknown>): Promise<void> {
  const admin = new Kafka({ brokers: [...shop.kafka.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.disconnect();
  }
}
