import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { env } from 'node:process';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { createSigner } from 'fast-jwt';
import { format } from 'prettier';
import { createApiKeyAuthentication } from '../../services/retention/auth/api-keys.ts';
import { anyOf } from '../../services/retention/auth/authenticate.ts';
import { createJwtAuthentication } from '../../services/retention/auth/jwt.ts';
import { protect } from '../../services/retention/http/protect.ts';
import { createMemoryRiskReader } from '../support/memory-risk-reader.ts';
import { createTestApp, createTestDesk } from '../support/retention-app.ts';
import { sampleRisk } from '../support/sample-risk.ts';

const RISK = '/v1/subscribers/k1-subscriberA/risk';
const ORDERS = '/tmf-api/workOrderManagement/v4/workOrder';
const reader = createMemoryRiskReader([sampleRisk()]);

const keys = createApiKeyAuthentication([
  { name: 'call centre', sha256: createHash('sha256').update('key-1').digest(), scopes: ['churn:score:read'] },
]);

test('with keys on, nothing but health and the document is open', async (t) => {
  const app = await createTestApp(t, createTestDesk(), { reader, authenticate: keys });
  for (const url of [
    RISK,
    `${RISK}/change?since=al-1`,
    '/v1/risks',
    '/v1/feeds',
    '/v1/model/quality',
    ORDERS,
    `${ORDERS}/x`,
    '/tmf-api/riskManagement/v4/partyRoleRiskAssessment',
  ]) {
    const reply = await app.inject(url);
    assert.equal(reply.statusCode, 401, url);
    assert.equal(reply.headers['www-authenticate'], 'Bearer realm="churn-warning"');
  }
  for (const url of ['/livez', '/readyz', '/openapi.json']) assert.equal((await app.inject(url)).statusCode, 200, url);
});

test('a key opens what its scopes say', async (t) => {
  const app = await createTestApp(t, createTestDesk(), { reader, authenticate: keys });
  const withKey = (url: string, key: string): Promise<{ statusCode: number; body: string }> =>
    app.inject({ url, headers: { 'x-api-key': key } });
  assert.equal((await withKey(RISK, 'key-1')).statusCode, 200);
  assert.equal((await withKey(RISK, 'key-2')).statusCode, 401);
  const forbidden = await withKey(ORDERS, 'key-1');
  assert.equal(forbidden.statusCode, 403);
  assert.equal((JSON.parse(forbidden.body) as { code: string }).code, 'insufficient_scope');
});

test('a token counts with the right signature, issuer, audience and expiry, else not', async (t) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = (key: typeof privateKey): string => key.export({ type: 'pkcs8', format: 'pem' });
  const authenticate = anyOf([
    keys,
    createJwtAuthentication({
      publicKey: publicKey.export({ type: 'spki', format: 'pem' }),
      algorithms: ['RS256'],
      issuer: 'https://id.example.com',
      audience: 'churn',
    }),
  ]);
  const app = await createTestApp(t, createTestDesk(), { reader, authenticate });
  const farFuture = 4_000_000_000;
  const unlimited = { iss: 'https://id.example.com', aud: 'churn', sub: 'crm', scope: 'churn:score:read other' };
  const claims = { ...unlimited, exp: farFuture };
  const sign = (payload: object, key = pem(privateKey)): string => createSigner({ key, algorithm: 'RS256' })(payload);
  const statusWith = async (token: string, url = RISK): Promise<number> =>
    (await app.inject({ url, headers: { authorization: `Bearer ${token}` } })).statusCode;

  assert.equal(await statusWith(sign(claims)), 200);
  assert.equal(await statusWith(sign(claims), ORDERS), 403);
  assert.equal(await statusWith(sign({ ...claims, exp: 1_000_000_000 })), 401);
  assert.equal(await statusWith(sign({ ...claims, iss: 'https://elsewhere.example.com' })), 401);
  assert.equal(await statusWith(sign({ ...claims, aud: 'billing' })), 401);
  assert.equal(await statusWith(sign(unlimited)), 401);
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  assert.equal(await statusWith(sign(claims, pem(other))), 401);
  const unsigned = [{ alg: 'none', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  assert.equal(await statusWith(`${unsigned.join('.')}.`), 401);
  assert.equal(await statusWith('nonsense'), 401);
});

test('a route that names no scope does not start', async (t) => {
  const app = await createTestApp(t, createTestDesk());
  assert.ok(app);
  const { default: Fastify } = await import('fastify');
  const bare = Fastify();
  protect(bare, keys);
  assert.throws(() => bare.get('/open', () => 'oops'), /names no scope/);
});

test('readiness names what is missing, liveness does not care', async (t) => {
  const missing: string[] = ['redis'];
  const parts = () => [{ name: 'redis', state: 'missing', sinceMs: 0, detail: 'connection refused' }];
  const app = await createTestApp(t, createTestDesk(), { notReady: () => missing, parts });
  assert.equal((await app.inject('/livez')).statusCode, 200);
  const notReady = await app.inject('/readyz?verbose');
  assert.equal(notReady.statusCode, 503);
  assert.deepEqual(notReady.json(), {
    status: 'not_ready',
    missing: ['redis'],
    parts: [{ name: 'redis', state: 'missing', since: '1970-01-01T00:00:00.000Z', detail: 'connection refused' }],
  });
  missing.pop();
  assert.deepEqual((await app.inject('/readyz')).json(), { status: 'ready' });
});

test('the OpenAPI document is 3.1.0 and describes every route with its scope', async (t) => {
  const app = await createTestApp(t, createTestDesk());
  const document = (await app.inject('/openapi.json')).json<{
    openapi: string;
    paths: Record<string, Record<string, { 'x-scope'?: string; security?: unknown[] }>>;
  }>();
  assert.equal(document.openapi, '3.1.0');
  assert.deepEqual(Object.keys(document.paths).sort(), [
    '/livez',
    '/readyz',
    '/tmf-api/riskManagement/v4/partyRoleRiskAssessment',
    '/tmf-api/riskManagement/v4/partyRoleRiskAssessment/{id}',
    '/tmf-api/workOrderManagement/v4/workOrder',
    '/tmf-api/workOrderManagement/v4/workOrder/{id}',
    '/v1/feeds',
    '/v1/model/quality',
    '/v1/risk-queries',
    '/v1/risks',
    '/v1/subscribers/{id}/risk',
    '/v1/subscribers/{id}/risk/change',
  ]);
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const open = path === '/livez' || path === '/readyz';
      assert.equal(operation['x-scope'] === undefined, open, `${method} ${path}`);
      assert.equal((operation.security ?? []).length > 0, !open, `${method} ${path}`);
    }
  }
});

test('the checked-in OpenAPI document is the one that is served', async (t) => {
  const app = await createTestApp(t, createTestDesk(), { publicBaseUrl: 'http://127.0.0.1:8080' });
  const served = await format(JSON.stringify((await app.inject('/openapi.json')).json()), {
    parser: 'json',
    printWidth: 120,
  });
  const file = new URL('../../services/retention/openapi.json', import.meta.url);
  if (env['UPDATE_OPENAPI'] === '1') writeFileSync(file, served);
  assert.equal(readFileSync(file, 'utf8'), served, 'run this test with UPDATE_OPENAPI=1 to write it anew');
});

test('requests are counted by the pattern of their route, never by their address', async (t) => {
  const answers: { method: string; route: string; status: number }[] = [];
  const app = await createTestApp(t, createTestDesk(), {
    reader,
    onAnswered: ({ method, route, status }) => answers.push({ method, route, status }),
  });
  await app.inject(RISK);
  await app.inject('/v1/subscribers/8613900001111/risk');
  await app.inject('/nowhere/8613900001111');
  assert.deepEqual(answers, [
    { method: 'GET', route: '/v1/subscribers/:id/risk', status: 200 },
    { method: 'GET', route: '/v1/subscribers/:id/risk', status: 400 },
    { method: 'GET', route: 'unknown', status: 404 },
  ]);
});

test('a body that is not JSON or too large is refused with a problem', async (t) => {
  const app = await createTestApp(t, createTestDesk());
  const post = async (contentType: string, payload: string): Promise<number> => {
    const reply = await app.inject({
      method: 'POST',
      url: '/v1/risk-queries',
      headers: { 'content-type': contentType },
      payload,
    });
    assert.equal(reply.headers['content-type'], 'application/problem+json; charset=utf-8');
    return reply.statusCode;
  };
  assert.equal(await post('text/plain', 'hello'), 415);
  assert.equal(await post('application/json', '{'), 400);
  assert.equal(await post('application/json', `"${'x'.repeat(70_000)}"`), 413);
});

test('an address that cannot be decoded is refused as its side of the API answers errors', async (t) => {
  const app = await createTestApp(t, createTestDesk());
  const problem = await app.inject('/v1/%ZZ');
  assert.equal(problem.statusCode, 400);
  assert.equal(problem.headers['content-type'], 'application/problem+json; charset=utf-8');
  assert.ok(!problem.body.includes('ZZ'), 'it is not repeated');
  const tmf = await app.inject(`${ORDERS}/%ZZ`);
  assert.equal(tmf.statusCode, 400);
  assert.equal(tmf.headers['content-type'], 'application/json; charset=utf-8');
  assert.equal(tmf.json<{ status: string }>().status, '400');
});

test('what Node refuses before there is a request is a problem, too', async (t) => {
  const app = await createTestApp(t, createTestDesk());
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const port = Number(new URL(address).port);
  const huge = await rawAnswer(port, `GET /livez HTTP/1.1\r\nhost: x\r\nx-a: ${'8613900001111'.repeat(2_000)}\r\n\r\n`);
  assert.match(huge, /^HTTP\/1\.1 431 /);
  assert.match(huge, /^content-type: application\/problem\+json/im);
  assert.ok(!huge.includes('8613900001111'));
  const nonsense = await rawAnswer(port, 'what is this?\r\n\r\n');
  assert.match(nonsense, /^HTTP\/1\.1 400 /);
  assert.match(nonsense, /"code":"invalid_request"/);
});

test('while Redis is away every answer is 503 in its side’s form, and worth another try', async (t) => {
  const away = (): Promise<never> =>
    Promise.reject(new Error("Stream isn't writeable and enableOfflineQueue options is false"));
  const testDesk = createTestDesk();
  const app = await createTestApp(t, testDesk, {
    store: { get: away, list: away },
    reader: { ...reader, read: away, list: away, feeds: away },
  });
  for (const url of [RISK, '/v1/risks', '/v1/feeds']) {
    const reply = await app.inject(url);
    assert.equal(reply.statusCode, 503, url);
    assert.equal(reply.headers['retry-after'], '1');
    assert.equal(reply.headers['content-type'], 'application/problem+json; charset=utf-8');
    assert.equal(reply.json<{ code: string }>().code, 'unavailable');
  }
  for (const url of [ORDERS, `${ORDERS}/x`]) {
    const reply = await app.inject(url);
    assert.equal(reply.statusCode, 503, url);
    assert.equal(reply.headers['retry-after'], '1');
    assert.equal(reply.json<{ status: string }>().status, '503');
  }
});

/** What a server answers to bytes on a connection of their own, until it closes it. */
async function rawAnswer(port: number, request: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => undefined);
  socket.write(request);
  return await text(socket);
}
