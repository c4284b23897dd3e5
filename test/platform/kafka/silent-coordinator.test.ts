import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import kafkajs from 'kafkajs';

const { KafkaJSRequestTimeoutError } = kafkajs;
const load = createRequire(import.meta.url);

/** Runs the client's loop of a member until a request of its second membership, or its crash. */
async function joinsAfter(unanswered: string): Promise<number> {
  const Runner: unknown = load('kafkajs/src/consumer/runner');
  assert.ok(typeof Runner === 'function');
  const over = Promise.withResolvers<undefined>();
  let [joins, requests] = [0, 0];
  const logger = { namespace: () => logger, debug: noop, info: noop, warn: noop, error: noop };
  const runner: unknown = Reflect.construct(Runner, [
    {
      logger,
      instrumentationEmitter: { emit: noop },
      concurrency: 1,
      heartbeatInterval: 0,
      retry: { initialRetryTime: 1, maxRetryTime: 1, retries: 3, factor: 0, multiplier: 1 },
      onCrash: over.resolve,
      eachBatch: noop,
      consumerGroup: {
        connect: noop,
        joinAndSync: () => joins++,
        getNodeIds: () => ['1'],
        fetch: () => Promise.resolve([]),
        heartbeat() {
          requests++;
          if (requests === 1)
            throw new KafkaJSRequestTimeoutError(`Request ${unanswered}(key: 0, version: 0) timed out`);
          over.resolve(undefined);
          return new Promise(noop);
        },
      },
    },
  ]);
  assert.ok(typeof runner === 'object' && runner !== null);
  const start: unknown = Reflect.get(runner, 'start');
  assert.ok(typeof start === 'function');
  await Reflect.apply(start, runner, []);
  await over.promise;
  return joins;
}

function noop(): void {
  // Nothing of it matters here.
}

test('a coordinator that hangs is looked up anew, by joining again', async () => {
  assert.equal(await joinsAfter('Heartbeat'), 2);
  assert.equal(await joinsAfter('OffsetCommit'), 2);
});

test('a broker that is slow to tell metadata or records costs no membership', async () => {
  assert.equal(await joinsAfter('Metadata'), 1);
  assert.equal(await joinsAfter('Fetch'), 1);
});
