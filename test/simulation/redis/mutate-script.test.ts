import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPartitionStore } from '../../../services/platform/redis/partition-store.ts';
import { mutateScript } from './mutate-script.ts';
import { openSimulatedRedis } from './simulated-client.ts';
import { createSimulatedServer } from './simulated-server.ts';

const trim = new URL('../../../services/platform/redis/scripts/trim-outbox-2.lua', import.meta.url);
const fence = `if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then
  return 0
end
`;

test('a script with its fence taken away does what the fence is there to prevent, also where it was known before', async () => {
  const server = createSimulatedServer();
  const sent: string[] = [];
  const redis = openSimulatedRedis(server, (what, command) => {
    sent.push(what);
    return Promise.resolve(command());
  });
  const store = createPartitionStore(redis, '', 1);
  await store.acquire(0, 'A');
  const empty = { record: '{}', states: [], wheel: [], bands: [], qualityHours: [], nextOffset: 1n };
  await store.commit(0, { ...empty, owner: 'A', expectedSeq: 0, outbox: [Uint8Array.of(1)] });
  assert.equal(await store.trimOutbox(0, 'B', [Uint8Array.of(1)]), false);
  const { original, mutated } = mutateScript(trim, [{ find: fence, put: '' }]);
  server.replaceScript(original, mutated);
  assert.equal(await store.trimOutbox(0, 'B', [Uint8Array.of(1)]), true);
  // By its hash first, and in full where the server does not know it; then by its hash alone.
  assert.deepEqual(
    sent.filter((what) => what.startsWith('trim-outbox-2')),
    Array.from({ length: 3 }, () => 'trim-outbox-2 {p0}:control'),
  );
});

test('a mutation whose text is not in the script exactly once is refused', () => {
  assert.throws(() => mutateScript(trim, [{ find: 'redis.call("HGET"', put: '' }]), /there 0 times/);
  assert.throws(() => mutateScript(trim, [{ find: 'return 0', put: '' }]), /there 2 times/);
  assert.throws(() => mutateScript(trim, [{ find: fence, put: fence }]), /stays as it is/);
});

test('a changed script that does not compile is refused', () => {
  assert.throws(() => {
    createSimulatedServer().replaceScript('return 0', 'if');
  }, /does not compile/);
});
