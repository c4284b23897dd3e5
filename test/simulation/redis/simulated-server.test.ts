import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { claimRedisDatabase } from '../../support/stack.ts';
import { arbitraryCommand, readingCommands } from './arbitrary-commands.ts';
import type { ArbitraryCommand } from './arbitrary-commands.ts';
import { openSimulatedRedis } from './simulated-client.ts';
import { createSimulatedServer } from './simulated-server.ts';

const real = new Redis(await claimRedisDatabase());
after(() => {
  real.disconnect();
});

const HAND_ON = 'return redis.call(unpack(ARGV))';

test('every sequence of commands is answered as real Redis answers it', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(arbitraryCommand, { minLength: 10, maxLength: 40 }), async (commands) => {
      await real.flushdb();
      const all = [...commands, ...readingCommands];
      // Later than every id that the commands name by themselves, as that of the real server.
      const server = createSimulatedServer({ nowMs: () => 1_800_000_000_000 });
      const simulated = await answersOf(
        openSimulatedRedis(server, (_, command) => Promise.resolve(command())),
        all,
      );
      assert.deepEqual(simulated, await answersOf(real, all));
      for (const { name } of commands) seen.add(name.toUpperCase());
    }),
    { numRuns: 150 },
  );
  assert.equal(seen.size, 22, 'some command was never tried');
});

test('what scripts return and do wrong is answered as real Redis answers it', async () => {
  const values = (count: number): string => `local t = {} for i = 1, ${count} do t[i] = i end`;
  const scripts = [
    'return 3.99',
    'return -3.99',
    'return 10 / 2',
    'return 2 ^ 40',
    "return tonumber('12') + 1",
    'return true',
    'return false',
    'return nil',
    'return',
    "return { 1, 'two', { 3 }, nil, 5 }",
    'return { 1, false, true }',
    "return { ok = 'FINE' }",
    "return { err = 'BROKEN all of it' }",
    "return redis.call('HGET', KEYS[1], 'none') == false",
    "return type(redis.call('HMGET', KEYS[1], 'none')[1])",
    "redis.call('HSET', KEYS[1], 'f', 7 + 1) return redis.call('HGET', KEYS[1], 'f')",
    "return redis.call('MSET', KEYS[1], 'x')",
    "return redis.call('MSET', KEYS[1], 'x').ok",
    "redis.call('MSET', KEYS[1], 'kept') redis.call('RPUSH', KEYS[1], 'refused')",
    "return redis.call('MGET', KEYS[1])",
    "return redis.call('HGET', KEYS[1], {})",
    "return redis.call('HGET', KEYS[1], nil)",
    'return unknown',
    'unknown = 1',
    "error('on purpose')",
    'return nil + 1',
    'this is no Lua',
    'return #ARGV + #KEYS * 10',
    `${values(7_999)} return #{ unpack(t) }`,
    `${values(8_000)} return #{ unpack(t) }`,
    `${values(7_997)} return #{ unpack(t, 1, 7997) }`,
    `${values(7_998)} return #{ unpack(t, 1, 7998) }`,
  ];
  await real.flushdb();
  const simulated = openSimulatedRedis(createSimulatedServer(), (_, command) => Promise.resolve(command()));
  for (const script of scripts) {
    const [expected, found] = [await answerOf(real, script), await answerOf(simulated, script)];
    assert.deepEqual(found, expected, script);
  }

  async function answerOf(client: Redis, script: string): Promise<unknown> {
    return await outcomeOf(() => client.call('EVAL', [script, '1', 'key', 'a', 'b']), true);
  }
});

test('the last writes can be lost, and all is as if they had never come', () => {
  const commands = fc.array(arbitraryCommand, { maxLength: 40 });
  fc.assert(
    fc.property(commands, commands, fc.nat(), fc.integer({ min: 1, max: 30 }), (before, next, some, journalLimit) => {
      const server = createSimulatedServer({ nowMs: () => 1, journalLimit });
      const dumps = [server.dump()];
      const writers: ArbitraryCommand[] = [];
      for (const command of before) {
        server.execute(requestOf(command));
        if (server.writes() === writers.length) {
          assert.deepEqual(server.dump(), dumps.at(-1), 'something changed that is not counted as a write');
          continue;
        }
        writers.push(command);
        dumps.push(server.dump());
      }
      assert.ok(server.losable() >= Math.min(journalLimit, writers.length));
      const lost = some % (server.losable() + 1);
      server.loseLast(lost);
      assert.equal(server.writes(), writers.length - lost);
      assert.deepEqual(server.dump(), dumps[writers.length - lost]);

      const never = createSimulatedServer({ nowMs: () => 1 });
      for (const command of writers.slice(0, writers.length - lost)) never.execute(requestOf(command));
      for (const command of next) {
        assert.deepEqual(server.execute(requestOf(command)), never.execute(requestOf(command)));
      }
      assert.deepEqual(server.dump(), never.dump());
      assert.throws(() => {
        server.loseLast(server.losable() + 1);
      }, RangeError);
    }),
    { numRuns: 300 },
  );
});

test('a script is one write, and one that an error ends keeps what it wrote, as one write too', () => {
  const server = createSimulatedServer();
  const run = (script: string) => server.execute(['EVAL', script, 1, 'k']);
  run("redis.call('HSET', KEYS[1], 'a', 1) redis.call('HSET', KEYS[1], 'b', 2)");
  assert.equal(server.writes(), 1);
  const first = server.dump();
  run("redis.call('HSET', KEYS[1], 'a', 3) redis.call('RPUSH', KEYS[1], 'refused')");
  assert.equal(server.writes(), 2);
  assert.notDeepEqual(server.dump(), first);
  server.loseLast(1);
  assert.deepEqual(server.dump(), first);
  run("redis.call('HGET', KEYS[1], 'a')");
  assert.equal(server.writes(), 1);
});

test('after a loss scripts are unknown, and ids of streams do not come again', () => {
  const server = createSimulatedServer();
  const add = () => server.execute(['XADD', 's', '*', 'f', 'v']);
  const sha = 'b3ded8ec2ae6e9bce5a26a7bba3a86fcd1f3f3ea';
  assert.deepEqual(server.execute(['EVALSHA', sha, 0]), { error: 'NOSCRIPT No matching script. Please use EVAL.' });
  const known = '06d3d9b2060dd51343d5f19f0e531f15c507e3d1';
  assert.equal(server.execute(['EVAL', 'return 0', 0]), 0);
  const lost = add();
  server.loseLast(1);
  assert.notDeepEqual(add(), lost);
  assert.deepEqual(server.execute(['EVALSHA', known, 0]), { error: 'NOSCRIPT No matching script. Please use EVAL.' });
});

test('what the simulation does not know ends the run instead of being answered', () => {
  const server = createSimulatedServer();
  for (const command of [
    ['SET', 'k', 'v'],
    ['ZADD', 'k', 'NX', '1', 'm'],
    ['ZRANGE', 'k', '0', '-1', 'REV'],
    ['XADD', 'k', '5-5', 'f', 'v'],
    ['EVAL', "return redis.call('FLUSHALL')", '0'],
  ]) {
    assert.throws(() => server.execute(command), { name: 'BeyondSimulationError' });
  }
  assert.equal(server.execute(['EVAL', 'return 0', 0]), 0);
});

async function answersOf(client: Redis, commands: readonly ArbitraryCommand[]): Promise<unknown[]> {
  const ids: string[] = [];
  const answers: unknown[] = [];
  for (const { name, args, isScript } of commands) {
    const sent = args.map((arg) => {
      if (typeof arg === 'string') return arg;
      return arg instanceof Uint8Array ? Buffer.from(arg) : (ids[arg.streamId] ?? '0-1');
    });
    const answer = await outcomeOf(
      () => (isScript ? client.callBuffer('EVAL', [HAND_ON, '0', name, ...sent]) : client.callBuffer(name, sent)),
      isScript,
    );
    if (name === 'XADD' && Buffer.isBuffer(answer)) ids.push(answer.toString());
    answers.push(plain(answer, ids));
  }
  return answers;
}

/** A script's error goes on after its code with where it happened. */
async function outcomeOf(call: () => Promise<unknown>, isScript: boolean): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { error: isScript ? message.split(' ')[0] : message };
  }
}

/** Ids of streams as numbers, in the order in which they were given: servers give different ones. */
function plain(answer: unknown, ids: readonly string[]): unknown {
  if (Array.isArray(answer)) return answer.map((item: unknown) => plain(item, ids));
  if (!Buffer.isBuffer(answer)) return answer;
  const number = ids.indexOf(answer.toString());
  return number < 0 ? answer.toString('hex') : { streamId: number };
}

function requestOf({ name, args, isScript }: ArbitraryCommand): (string | Uint8Array)[] {
  // With a clock that stands still the ids are known beforehand.
  const request = [name, ...args].map((arg) =>
    typeof arg === 'object' && 'streamId' in arg ? `1-${arg.streamId}` : arg,
  );
  return isScript ? ['EVAL', HAND_ON, '0', ...request] : request;
}
