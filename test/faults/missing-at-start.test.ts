import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openInstallation } from '../support/installation.ts';
import type { Installation, TestEnd } from '../support/installation.ts';
import { sendRecords } from '../support/installation-log.ts';
import { countsOf, untilSettled } from '../support/installation-state.ts';
import { freePort } from '../../deploy/local/free-port.ts';
import { ownStack, withoutNativeParts } from '../support/own-stack.ts';
import { at, people, regularLife } from '../support/regular-life.ts';
import { openSilentServer } from '../support/silent-server.ts';
import { until } from '../support/until.ts';
import { startWatched } from '../support/watched-service.ts';
import type { WatchedService } from '../support/watched-service.ts';

const MAINS = { scorer: 'services/scorer/main.ts', retention: 'services/retention/main.ts' } as const;
const PARTS = ['Kafka', 'Redis', 'model'];

type Settings = Readonly<Record<string, string>>;

/** Both services, started on the same settings, killed at the end of the test. */
async function startBoth(t: TestEnd, settings: Settings): Promise<WatchedService[]> {
  const directory = mkdtempSync(join(tmpdir(), 'churn-start-'));
  mkdirSync(join(directory, 'logs'));
  const started: WatchedService[] = [];
  t.after(async () => {
    for (const { process: kept } of started) kept.signal('SIGKILL');
    await Promise.all(started.map(({ process: kept }) => kept.ended));
    rmSync(directory, { recursive: true, force: true });
  });
  for (const [name, main] of Object.entries(MAINS)) {
    const all = { ...settings, CHURN_HTTP_PORT: String(await freePort()) };
    started.push(await startWatched({ name, main, settings: all, logDirectory: join(directory, 'logs') }));
  }
  return started;
}

async function untilMissing(service: WatchedService, names: readonly string[]): Promise<void> {
  await until(`${service.name} says that ${names.join(', ')} are missing`, async () => {
    const parts = (await service.readiness())?.parts ?? [];
    return names.every((name) => parts.some((part) => part.name === name && part.state === 'missing'));
  });
}

function linesAbout(service: WatchedService, part: string): string[] {
  return service.logLines().flatMap((line) => (line.part === part ? [line.msg] : []));
}

test(
  'with nothing there at start each service says so once and waits, and a stop ends the waiting',
  { skip: withoutNativeParts },
  async (t) => {
    const stack = await ownStack(t);
    const settings = {
      CHURN_KAFKA_BROKERS: stack.address.brokers.join(','),
      CHURN_REDIS_URL: stack.address.redisUrl.replace('redis://', 'redis://default:s3cret@'),
      CHURN_MODEL_DIRECTORY: join(tmpdir(), `churn-${process.pid}-absent`, 'silence', '1.0.0'),
      CHURN_LOG_LEVEL: 'info',
    };
    const waiting = await startBoth(t, settings);
    for (const service of waiting) {
      await untilMissing(service, PARTS);
      assert.equal(await service.isAlive(), true);
      assert.equal((await service.readiness())?.status, 503);
      for (const part of PARTS) assert.equal(linesAbout(service, part).length, 1, `${service.name}, ${part}`);
      assert.doesNotMatch(service.logText(), /"stack"|s3cret/);
      const { how, afterMs } = await service.stopped();
      assert.equal(how, 'exit code 0');
      assert.ok(afterMs < 10_000, `${afterMs} ms`);
    }
  },
);

test(
  'what was missing comes one after the other, and work begins by itself',
  { skip: withoutNativeParts },
  async (t) => {
    const stack = await ownStack(t);
    const [, redis] = await Promise.all([stack.startKafka(), stack.startRedis()]);
    const shop = await openInstallation(t, { partitions: 2, stack: stack.address });
    await redis.kill();
    const model = shop.settings['CHURN_MODEL_DIRECTORY'] ?? '';
    renameSync(model, `${model}.away`);
    const services = await startBoth(t, { ...shop.settings, CHURN_REDIS_URL: stack.address.redisUrl });
    for (const service of services) await untilMissing(service, ['Redis', 'model']);

    await redis.restart();
    renameSync(`${model}.away`, model);
    for (const service of services) {
      await service.untilReady();
      for (const part of ['Redis', 'model']) {
        const lines = linesAbout(service, part);
        assert.equal(lines.length, 2, lines.join('\n'));
        assert.match(lines[1] ?? '', /is back after \d+ s/);
      }
    }
    await assertWorks(shop);
  },
);

async function assertWorks(shop: Installation): Promise<void> {
  const life = regularLife({ subscriberIds: people(5), fromMs: at(0), toMs: at(1) });
  await sendRecords(shop, life);
  await untilSettled(shop);
  assert.ok((await countsOf(shop)).folded > 0);
}

test('parts that accept and never answer are told as such, and do not hold a stop', async (t) => {
  const settings = {
    CHURN_KAFKA_BROKERS: `127.0.0.1:${await openSilentServer(t)}`,
    CHURN_REDIS_URL: `redis://127.0.0.1:${await openSilentServer(t)}`,
    CHURN_LOG_LEVEL: 'info',
  };
  const services = await startBoth(t, settings);
  for (const service of services) {
    await untilMissing(service, ['Kafka', 'Redis']);
    assert.match(linesAbout(service, 'Redis').join(), /connected and does not answer/);
    assert.match(linesAbout(service, 'Kafka').join(), /connected and does not answer/);
    const { how, afterMs } = await service.stopped();
    assert.equal(how, 'exit code 0');
    assert.ok(afterMs < 10_000, `${afterMs} ms`);
  }
});
