import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Redis } from 'ioredis';
import { freePort } from '../../deploy/local/free-port.ts';
import { startRedis } from '../../deploy/local/native-redis.ts';
import { openInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { sendRecords } from '../support/installation-log.ts';
import { countsOf, untilSettled } from '../support/installation-state.ts';
import { withoutNativeParts } from '../support/own-stack.ts';
import { at, people, regularLife } from '../support/regular-life.ts';
import { testStack } from '../support/stack.ts';
import { until } from '../support/until.ts';
import { startWatched } from '../support/watched-service.ts';

const subscriberIds = people(20);

interface Refusal {
  readonly name: string;
  readonly words: RegExp;
  readonly begin: (admin: Redis) => Promise<unknown>;
  readonly end: (admin: Redis) => Promise<unknown>;
}

/** What a server that runs and answers can refuse. */
const refusals: readonly Refusal[] = [
  {
    name: 'full',
    words: /its memory is full/,
    begin: (admin) => admin.config('SET', 'maxmemory', '1'),
    end: (admin) => admin.config('SET', 'maxmemory', '0'),
  },
  {
    name: 'read-only, as a replica is',
    words: /READONLY/,
    // Of nobody: port 1 is not offered, so that it keeps its data.
    begin: (admin) => admin.replicaof('127.0.0.1', 1),
    end: (admin) => admin.replicaof('NO', 'ONE'),
  },
  {
    name: 'under a new password',
    words: /refuses the user and password/,
    async begin(admin) {
      await admin.config('SET', 'requirepass', 'another');
      await admin.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    },
    end: (admin) => admin.config('SET', 'requirepass', ''),
  },
];

test(
  'a Redis that refuses writes is told for what it is, and work goes on when it takes them',
  { skip: withoutNativeParts },
  async (t) => {
    const shop = await openOnOwnRedis(t);
    const admin = new Redis(shop.settings['CHURN_REDIS_URL'] ?? '', { password: 'another' });
    admin.on('error', () => undefined);
    t.after(() => {
      admin.disconnect();
    });
    const logDirectory = join(shop.directory, 'watched');
    mkdirSync(logDirectory);
    const scorer = await startWatched({
      name: 'scorer',
      main: 'services/scorer/main.ts',
      settings: shop.settings,
      logDirectory,
    });
    shop.processes.push(scorer);
    await scorer.untilReady();

    let day = 0;
    for (const { name, words, begin, end } of refusals) {
      await begin(admin);
      await scorer.untilNotReady(10_000);
      await sendRecords(shop, regularLife({ subscriberIds, fromMs: at(day), toMs: at(++day) }));
      const lines = scorer.logLines().filter((line) => line.level >= 40);
      assert.equal(lines.length, day, `${name}: ${lines.map(({ msg }) => msg).join('\n')}`);
      assert.match(lines.at(-1)?.msg ?? '', words, name);
      await end(admin);
      await scorer.untilReady();
      await until(`all is settled after it was ${name}`, () => untilSettled(shop).then(() => true));
    }
    assert.equal((await countsOf(shop)).folded, day * subscriberIds.length * 25);
    assert.equal(scorer.logLines().filter(({ msg }) => msg.includes('is back after')).length, refusals.length);
  },
);

async function openOnOwnRedis(t: TestContext): Promise<Installation> {
  const first = await openInstallation(t, { partitions: 2 });
  const redis = await startRedis({ dir: join(first.directory, 'redis'), port: await freePort() });
  const shop = await openInstallation(t, {
    partitions: 2,
    stack: { brokers: testStack().brokers, redisUrl: redis.redisUrl },
  });
  t.after(() => redis.kill());
  return shop;
}
