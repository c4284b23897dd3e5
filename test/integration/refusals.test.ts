import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../../deploy/local/free-port.ts';
import { startRedis } from '../../deploy/local/native-redis.ts';
import { findNativeParts } from '../../deploy/local/require-native-parts.ts';
import { openRedis } from '../../services/platform/redis/client.ts';
import { openInstallation } from '../support/installation.ts';
import { scorerThatEnds, serviceThatEnds } from '../support/scorer-process.ts';
import { openSilentServer } from '../support/silent-server.ts';
import { writeSilenceModel } from '../../models/pipeline/stand-in/silence-model.ts';

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
