import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFaultCounts } from '../faults.ts';
import { drawPlan } from '../plan.ts';
import { createSimulatedServer } from '../redis/simulated-server.ts';
import { createChance } from '../schedule/chance.ts';
import { createLife } from '../schedule/life.ts';
import type { Life } from '../schedule/life.ts';
import { createScheduler } from '../schedule/scheduler.ts';
import { createTrace } from '../schedule/trace.ts';
import type { World } from '../world.ts';
import { createRedisNetwork } from './redis-link.ts';
import type { RedisNetwork } from './redis-link.ts';
import { readTexts } from '../checks/read-server.ts';

const SENT = ['0', '1', '2'];

const ENDS: readonly (readonly [what: string, end: (life: Life, redis: RedisNetwork) => void])[] = [
  [
    'process',
    (life) => {
      life.end();
    },
  ],
  [
    'server',
    (_, redis) => {
      redis.restart(0);
    },
  ],
];

for (const [what, end] of ENDS) {
  test(`of commands sent in one go the first ones are applied where a ${what} dies, in their order`, () => {
    const counts = new Set(Array.from({ length: 200 }, (_, seed) => appliedOf(seed, end, { redisCut: 0 })));
    assert.deepEqual([...counts].toSorted(), what === 'process' ? [0, 1, 2, 3] : [0, 1, 2]);
  });
}

test('of commands sent in one go the first ones are applied where a connection ends, in their order', () => {
  const counts = new Set(Array.from({ length: 200 }, (_, seed) => appliedOf(seed, () => undefined, { redisCut: 1 })));
  assert.deepEqual([...counts].toSorted(), [0, 1, 2, 3]);
});

/** @returns how many of the commands the server has executed in the end. */
function appliedOf(
  seed: number,
  end: (life: Life, redis: RedisNetwork) => void,
  { redisCut }: { readonly redisCut: number },
): number {
  const chance = createChance(seed);
  const scheduler = createScheduler();
  const plan = { ...drawPlan(chance), redisCut, redisRepeat: 0, slowShare: 0 };
  const world: World = {
    plan,
    scheduler,
    chance,
    trace: createTrace(),
    faults: createFaultCounts(),
    isStormy: () => true,
  };
  const server = createSimulatedServer();
  const redis = createRedisNetwork(world, server, () => undefined);
  const life = createLife('one');
  const deliver = redis.open(life);
  for (const text of SENT) {
    deliver('rpush', () => server.execute(['RPUSH', 'list', text])).catch(() => undefined);
  }
  end(life, redis);
  while (scheduler.step() !== undefined);
  const applied = readTexts(server, ['LRANGE', 'list', 0, -1]);
  assert.deepEqual(applied, SENT.slice(0, applied.length));
  assert.equal(
    world.faults.totals()['redis pipeline cut short'] > 0,
    applied.length > 0 && applied.length < SENT.length,
  );
  return applied.length;
}
