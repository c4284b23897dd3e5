import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { newestIncrement } from '../../deploy/local/append-only-file.ts';
import { freePort } from '../../deploy/local/free-port.ts';
import { startKafka } from '../../deploy/local/native-kafka.ts';
import { classArchive } from '../../deploy/local/native-parts.mjs';
import { startRedis } from '../../deploy/local/native-redis.ts';
import { isAlive } from '../../deploy/local/preparation-lock.mjs';
import { findNativeParts } from '../../deploy/local/require-native-parts.ts';

const parts = findNativeParts();
const skip = parts === undefined ? 'redis-server, Java or the broker are not prepared natively' : false;

function temporaryDirectory(t: { after: (fn: () => void) => void }): string {
  const directory = mkdtempSync(join(tmpdir(), 'native-server-'));
  t.after(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

test('Redis has what it was told before it was killed', { skip }, async (t) => {
  const server = await startRedis({ dir: temporaryDirectory(t), port: await freePort(), appendfsync: 'always' });
  t.after(() => server.kill());
  const firstPid = server.pid;
  await withRedis(server.redisUrl, (redis) => redis.set('told', 'before'));

  await server.kill();
  assert.equal(isAlive(firstPid), false);
  await server.restart();

  assert.notEqual(server.pid, firstPid);
  assert.equal(await withRedis(server.redisUrl, (redis) => redis.get('told')), 'before');
  const policy = await withRedis(server.redisUrl, (redis) => redis.config('GET', 'maxmemory-policy'));
  assert.deepEqual(policy, ['maxmemory-policy', 'noeviction']);
});

test(
  'a transaction that a crash tore comes back neither as a half, nor with what was told since',
  { skip },
  async (t) => {
    const dir = temporaryDirectory(t);
    const server = await startRedis({ dir, port: await freePort(), appendfsync: 'always' });
    t.after(() => server.kill());
    const commit = (value: string): Promise<unknown> =>
      withRedis(server.redisUrl, (redis) =>
        redis.eval("redis.call('SET', 'state', ARGV[1]) redis.call('SET', 'position', ARGV[1])", 0, value),
      );
    const held = (): Promise<(string | null)[]> =>
      withRedis(server.redisUrl, (redis) => redis.mget('state', 'position', 'told since'));
    await commit('1');
    await commit('2');
    await server.kill();
    const file = newestIncrement(dir);
    assert.ok(file);
    const log = readFileSync(file);
    truncateSync(file, log.lastIndexOf('position'));

    await server.restart();
    assert.deepEqual(await held(), ['1', '1', null]);
    await withRedis(server.redisUrl, (redis) => redis.set('told since', 'yes'));
    await server.kill();
    await server.restart();
    assert.deepEqual(await held(), ['1', '1', 'yes']);
    await commit('3');
    await server.kill();
    await server.restart();
    assert.deepEqual(await held(), ['3', '3', 'yes']);
  },
);

test(
  'a broker starts from the classes that were kept for its Java',
  { skip: skip || withoutArchive(), timeout: 180_000 },
  async (t) => {
    assert.ok(parts);
    const server = await startKafka({ dir: temporaryDirectory(t), port: await freePort() });
    t.after(() => server.kill());
    const mapped = readFileSync(`/proc/${server.pid}/maps`, 'utf8');
    assert.ok(mapped.includes(basename(classArchive(parts))), 'Java has not mapped the archive');
  },
);

/** Why there is none here; false where there is one. */
function withoutArchive(): string | false {
  const size = parts && statSync(classArchive(parts), { throwIfNoEntry: false })?.size;
  if (process.platform !== 'linux') return 'what a process has mapped cannot be seen here';
  return size === undefined || size === 0 ? 'this Java has kept no classes' : false;
}

test('Kafka keeps a record of long ago across a kill, and gives it back', { skip, timeout: 180_000 }, async (t) => {
  const server = await startKafka({ dir: temporaryDirectory(t), port: await freePort() });
  t.after(() => server.kill());
  const kafka = new Kafka({ brokers: server.brokers, logLevel: logLevel.NOTHING, retry: { retries: 20 } });

  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic: 'kept', numPartitions: 1 }] });
  await admin.disconnect();
  const producer = kafka.producer();
  await producer.connect();
  const timestamp = String(Date.UTC(2013, 5, 1));
  await producer.send({ topic: 'kept', acks: -1, messages: [{ key: 'a', value: 'long ago', timestamp }] });
  await producer.disconnect();

  await server.kill();
  await server.restart();

  const consumer = kafka.consumer({ groupId: 'reader' });
  t.after(() => consumer.disconnect());
  await consumer.connect();
  await consumer.subscribe({ topic: 'kept', fromBeginning: true });
  const read = await new Promise<{ value: string | undefined; timestamp: string }>((resolve, reject) => {
    consumer
      .run({
        eachMessage: ({ message }) => {
          resolve({ value: message.value?.toString(), timestamp: message.timestamp });
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  assert.deepEqual(read, { value: 'long ago', timestamp });
});

test('a server whose port is taken does not start, rather than let another answer for it', { skip }, async (t) => {
  const port = await freePort();
  const first = await startRedis({ dir: temporaryDirectory(t), port });
  t.after(() => first.kill());
  await assert.rejects(startRedis({ dir: temporaryDirectory(t), port }), /in use/);
});

test('a server that ends while it starts says why, and nothing is left running', { skip }, async (t) => {
  const dir = temporaryDirectory(t);
  writeFileSync(join(dir, 'appendonlydir'), 'a file where Redis needs a folder');
  await assert.rejects(startRedis({ dir, port: await freePort() }), /Redis did not start[^]*appendonlydir/);
});

async function withRedis<T>(url: string, ask: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
}
