import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import type { RiskReader } from '../../services/retention/risk-reader.ts';
import { createMemoryRiskReader } from '../support/memory-risk-reader.ts';
import { createTestApp, createTestDesk } from '../support/retention-app.ts';
import { until } from '../support/until.ts';

const RISK = '/v1/subscribers/k1-nobody/risk';
const ORDERS = '/tmf-api/workOrderManagement/v4/workOrder';

/** An application of which the answers about risk wait until they are let go. */
async function slowApp(t: TestContext): Promise<{
  readonly app: FastifyInstance;
  readonly answered: { readonly status: number }[];
  readonly asked: () => number;
  readonly letGo: () => void;
}> {
  const gate = Promise.withResolvers<undefined>();
  const answered: { readonly status: number }[] = [];
  let asked = 0;
  const reader: RiskReader = {
    ...createMemoryRiskReader([]),
    read() {
      asked++;
      return gate.promise;
    },
  };
  const app = await createTestApp(t, createTestDesk(), {
    reader,
    overloadLimits: { requestsInFlight: 2, eventLoopDelayMs: 0, measuredForMs: 1_000 },
    onAnswered: ({ status }) => answered.push({ status }),
  });
  return {
    app,
    answered,
    asked: () => asked,
    letGo: () => {
      gate.resolve(undefined);
    },
  };
}

test('what comes on top of the requests in flight is refused at once, in its side’s form, and worth another try', async (t) => {
  const { app, asked, letGo, answered } = await slowApp(t);
  const accepted = [app.inject(RISK), app.inject(RISK)];
  await until('both are being answered', () => Promise.resolve(asked() === 2));

  const problem = await app.inject(RISK);
  assert.equal(problem.statusCode, 503);
  assert.equal(problem.headers['retry-after'], '1');
  assert.equal(problem.headers['content-type'], 'application/problem+json; charset=utf-8');
  assert.equal(problem.json<{ code: string }>().code, 'overloaded');
  const tmf = await app.inject(ORDERS);
  assert.equal(tmf.statusCode, 503);
  assert.equal(tmf.headers['retry-after'], '1');
  assert.equal(tmf.json<{ status: string }>().status, '503');
  assert.deepEqual(answered, [{ status: 503 }, { status: 503 }], 'they are counted');
  assert.equal(asked(), 2, 'nobody was asked for what was refused');

  letGo();
  for (const reply of await Promise.all(accepted)) assert.equal(reply.statusCode, 404, 'what was accepted is answered');
  await until('there is room again', async () => (await app.inject(RISK)).statusCode === 404);
});

test('health is answered however much is in flight', async (t) => {
  const { app, asked, letGo } = await slowApp(t);
  const accepted = [app.inject(RISK), app.inject(RISK)];
  await until('both are being answered', () => Promise.resolve(asked() === 2));
  assert.equal((await app.inject('/livez')).statusCode, 200);
  assert.equal((await app.inject('/readyz')).statusCode, 200);
  letGo();
  await Promise.all(accepted);
});

test('a caller who goes away without an answer makes room', async (t) => {
  const { app, asked, letGo } = await slowApp(t);
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const leaving = new AbortController();
  const left = [1, 2].map(() => fetch(`${address}${RISK}`, { signal: leaving.signal }).catch(() => 'left'));
  await until('both are being answered', () => Promise.resolve(asked() === 2));
  assert.equal((await fetch(`${address}${ORDERS}`)).status, 503);
  leaving.abort();
  assert.deepEqual(await Promise.all(left), ['left', 'left']);
  await until('there is room', async () => (await fetch(`${address}${ORDERS}`)).status === 200);
  letGo();
});

test('while the event loop turns late nobody is kept waiting', async (t) => {
  const app = await createTestApp(t, createTestDesk(), {
    overloadLimits: { requestsInFlight: 100, eventLoopDelayMs: 100, measuredForMs: 200 },
  });
  await until('requests are refused', async () => {
    blockFor(300);
    const reply = await app.inject(RISK);
    return reply.statusCode === 503 && reply.headers['retry-after'] === '1';
  });
  assert.equal((await app.inject('/livez')).statusCode, 200);
  await until('there is room again', async () => {
    await delay(10);
    return (await app.inject(RISK)).statusCode === 404;
  });
});

function blockFor(durationMs: number): void {
  const endMs = performance.now() + durationMs;
  while (performance.now() < endMs);
}
