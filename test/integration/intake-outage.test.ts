import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { logTail } from '../../deploy/local/keep-process.ts';
import { CSV_MAPPING, ORDERED } from '../intake/feed-texts.ts';
import { csvFile, openIntakeShop, referencesIn, rowsBehindMarks } from '../intake/intake-shop.ts';
import { createTcpGate } from '../intake/tcp-gate.ts';
import { testStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

function addressOf(text: string): { readonly host: string; readonly port: number } {
  const at = text.lastIndexOf(':');
  return { host: text.slice(0, at), port: Number(text.slice(at + 1)) };
}

test('Kafka and Redis missing at the start, and Redis lost on the way: not ready meanwhile, nothing is lost', async (t) => {
  const shop = await openIntakeShop(t);
  const { redisUrl, brokers } = testStack();
  const [broker = ''] = brokers;
  const redisGate = await createTcpGate({ host: '127.0.0.1', port: Number(new URL(redisUrl).port) });
  const kafkaGate = await createTcpGate(addressOf(broker));
  t.after(async () => {
    await Promise.all([redisGate.cut(), kafkaGate.cut()]);
  });
  const rows = 40_000;
  shop.write('voice.csv', csvFile(0, rows));
  const feed = shop.write(
    'voice.yaml',
    `feed: voice\nsource: { type: file, path: voice.csv }\n${ORDERED}rowsPerSecond: 8000\n${CSV_MAPPING}`,
  );
  const through = new URL(shop.redisUrl);
  through.port = String(redisGate.port);
  const intake = await shop.start([feed], {
    CHURN_REDIS_URL: through.href,
    CHURN_KAFKA_BROKERS: `127.0.0.1:${kafkaGate.port}`,
  });
  const state = { state: () => Promise.resolve(logTail(intake.logFile)) };
  const linesWith = (pattern: RegExp) =>
    readFileSync(intake.logFile, 'utf8')
      .split('\n')
      .filter((line) => pattern.test(line));
  await until('both are told as missing', () => Promise.resolve(linesWith(/ is missing: /).length >= 2), state);
  assert.equal(await intake.isReady(), false);

  await kafkaGate.open();
  await redisGate.open();
  await until('it is ready', () => intake.isReady(), state);
  await until('some rows are sent', async () =>
    /rows_total\{feed="voice",result="sent"\} [1-9]/.test(await intake.metrics()),
  );
  await redisGate.cut();
  await until('it is not ready', async () => !(await intake.isReady()), state);
  assert.equal(intake.process.hasEnded(), false);
  await redisGate.open();
  await until('the import has ended', () => Promise.resolve(intake.process.hasEnded()), state);

  assert.equal(await intake.process.ended, 'exit code 0');
  const log = await shop.log();
  assert.equal(referencesIn(log).size, rows);
  assert.deepEqual(rowsBehindMarks(log), []);
  const told = linesWith(/ is (missing: |back)/).map((line) => /"msg":"(.*?)"/.exec(line)?.[1]);
  // A server of the machine that does not answer for seconds while other tests run is an outage, too: not one of ours.
  const ofGates = (part: string) =>
    told.filter((line) => line?.startsWith(`${part} is missing: `) && !/no answer/.test(line));
  assert.equal(ofGates('Redis').length, 2, `one line for each outage, in:\n${told.join('\n')}`);
  assert.equal(ofGates('Kafka').length, 1, `one line for each outage, in:\n${told.join('\n')}`);
  assert.equal(told.length % 2, 0, `each ends, in:\n${told.join('\n')}`);
});

test('a stop signal ends an intake that still waits for its parts, with exit code 0', async (t) => {
  const shop = await openIntakeShop(t);
  const gate = await createTcpGate({ host: '127.0.0.1', port: 1 });
  shop.write('voice.csv', csvFile(0, 10));
  const feed = shop.write(
    'voice.yaml',
    `feed: voice\nsource: { type: file, path: voice.csv }\n${ORDERED}${CSV_MAPPING}`,
  );
  const intake = await shop.start([feed], { CHURN_REDIS_URL: `redis://127.0.0.1:${gate.port}` });
  await until('it waits', () => Promise.resolve(/Redis is missing/.test(readFileSync(intake.logFile, 'utf8'))));
  await intake.stop();
});
