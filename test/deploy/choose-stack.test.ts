import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseStack } from '../../deploy/local/choose-stack.mjs';
import type { Surroundings } from '../../deploy/local/choose-stack.mjs';

const nothing: Surroundings = { forced: undefined, brokers: undefined, redisUrl: undefined, engineAnswers: false };

test('without a container engine the stack is native', () => {
  assert.deepEqual(chooseStack(nothing), { ok: true, mode: 'native' });
});

test('an engine that answers is used, and native is what remains if its images cannot be had', () => {
  assert.deepEqual(chooseStack({ ...nothing, engineAnswers: true }), { ok: true, mode: 'docker', fallback: 'native' });
});

test('an empty CHURN_STACK is as good as none', () => {
  assert.deepEqual(chooseStack({ ...nothing, forced: '' }), { ok: true, mode: 'native' });
});

test('a forced way has no fallback', () => {
  assert.deepEqual(chooseStack({ ...nothing, forced: 'docker', engineAnswers: true }), { ok: true, mode: 'docker' });
  assert.deepEqual(chooseStack({ ...nothing, forced: 'native', engineAnswers: true }), { ok: true, mode: 'native' });
});

test('forcing containers without an engine is refused', () => {
  assert.equal(chooseStack({ ...nothing, forced: 'docker' }).ok, false);
});

test('the external way needs both addresses', () => {
  const addresses = { brokers: 'localhost:9092', redisUrl: 'redis://localhost:6379' };
  assert.deepEqual(chooseStack({ ...nothing, ...addresses, forced: 'external' }), { ok: true, mode: 'external' });
  assert.equal(chooseStack({ ...nothing, ...addresses, forced: 'external', redisUrl: undefined }).ok, false);
  assert.equal(chooseStack({ ...nothing, ...addresses, forced: 'external', brokers: '' }).ok, false);
});

test('addresses alone do not choose the external way', () => {
  const choice = chooseStack({ ...nothing, brokers: 'localhost:9092', redisUrl: 'redis://localhost:6379' });
  assert.deepEqual(choice, { ok: true, mode: 'native' });
});

test('an unknown way is refused and the known ones are named', () => {
  const choice = chooseStack({ ...nothing, forced: 'podman' });
  assert.ok(!choice.ok);
  assert.match(choice.message, /native, docker, external/);
});
