import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { createMemoryRiskReader } from '../support/memory-risk-reader.ts';
import { createTestApp, createTestDesk } from '../support/retention-app.ts';
import { sampleAlert } from '../support/sample-alert.ts';
import { sampleRisk } from '../support/sample-risk.ts';

/** As a caller would put a phone number where it does not belong; no refusal may repeat it. */
const RAW_NUMBER = '8613900001111';
const TMF_PREFIX = '/tmf-api/';
/** A part that is away, and what a deployment does not offer. */
const DOCUMENTED_5XX = [501, 503];

const Parameter = Type.Object({ in: Type.String(), name: Type.String() });
const Operation = Type.Object({ parameters: Type.Optional(Type.Array(Parameter)) });
const Api = Type.Object({ paths: Type.Record(Type.String(), Type.Record(Type.String(), Operation)) });

const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  instance: Type.String(),
  code: Type.String(),
});
const TmfError = Type.Object({ code: Type.String(), reason: Type.String(), status: Type.String() });

const file = new URL('../../services/retention/openapi.json', import.meta.url);
const api = Value.Parse(Api, JSON.parse(readFileSync(file, 'utf8')));
const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { parameters = [] }]) => ({ path, method: method.toUpperCase(), parameters })),
);

const hostileText = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    RAW_NUMBER,
    `+${RAW_NUMBER}`,
    'k1-subscriberA',
    '',
    '0',
    '-1',
    '1e309',
    'NaN',
    '9007199254740993',
    '17335346881669158846595072',
    'high',
    'all',
    '../../etc/passwd',
    '%ZZ',
    '%00',
    '\u0000',
    '__proto__',
    'constructor',
    '{{7*7}}',
    "' OR 1=1 --",
    'x'.repeat(5_000),
    '😀'.repeat(50),
  ),
);
const orderState = fc.constantFrom('acknowledged', 'inProgress', 'completed', 'cancelled', 'held', 'nonsense');
const plausibleBody = fc.oneof(
  fc.record({ number: hostileText }),
  fc.record({ state: orderState }),
  fc.record({ note: fc.array(fc.record({ text: hostileText }), { maxLength: 3 }) }),
  fc.record({ relatedParty: fc.array(fc.record({ id: hostileText, role: hostileText }), { maxLength: 3 }) }),
);
const body = fc.oneof(
  fc.constant(undefined),
  plausibleBody.map((value) => JSON.stringify(value)),
  fc.json({ maxDepth: 6 }),
  fc.string({ maxLength: 60 }),
  fc.constantFrom(
    '{',
    '[',
    '"',
    '{"__proto__":{"a":1}}',
    '{"constructor":{"prototype":{}}}',
    '['.repeat(20_000),
    '\ufeff{}',
  ),
  fc.integer({ min: 60_000, max: 70_000 }).map((length) => JSON.stringify('x'.repeat(length))),
);
const contentType = fc.constantFrom(
  'application/json',
  'application/json',
  'application/merge-patch+json',
  'application/json; charset=utf-16',
  'text/plain',
  'multipart/form-data',
  'nonsense',
  '',
);

const request = fc.record({
  operation: fc.constantFrom(...operations),
  otherMethod: fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom('POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD') },
  ),
  texts: fc.array(hostileText, { minLength: 4, maxLength: 4 }),
  isEncoded: fc.boolean(),
  unknown: fc.option(hostileText, { nil: undefined }),
  body,
  contentType,
  headers: fc.dictionary(
    fc.constantFrom('if-match', 'accept', 'x-api-key', 'authorization', 'accept-language', 'if-none-match'),
    hostileText.filter((text) => /^[\t\x20-\x7e]*$/.test(text)),
    { noNullPrototype: true },
  ),
});

test('an offset beyond any list is refused before the store is asked', async (t) => {
  const testDesk = createTestDesk();
  const store = { ...testDesk.store, list: () => Promise.reject(new Error('value is not an integer or out of range')) };
  const app = await createTestApp(t, testDesk, { store });
  for (const offset of ['1000000001', '17335346881669158846595072', '1e30']) {
    const reply = await app.inject(`/tmf-api/workOrderManagement/v4/workOrder?offset=${offset}`);
    assert.equal(reply.statusCode, 400, offset);
  }
});

test('a refusal does not repeat the name of a filter', async (t) => {
  const app = await createTestApp(t, createTestDesk());
  const reply = await app.inject(`/tmf-api/riskManagement/v4/partyRoleRiskAssessment?${RAW_NUMBER}=1`);
  assert.equal(reply.statusCode, 400);
  assert.ok(!reply.body.includes(RAW_NUMBER));
});

test('whatever is asked for is answered in the form that is described, and never as if the service had broken', async (t) => {
  const testDesk = createTestDesk();
  await testDesk.desk.open(sampleAlert());
  const reader = createMemoryRiskReader([sampleRisk()]);
  const pseudonymOf = (number: string): string => `k1-of-${number.length}`;
  const app = await createTestApp(t, testDesk, { reader, pseudonymOf });
  const statuses = new Map<number, number>();

  const asks = fc.asyncProperty(
    request,
    async ({ operation, otherMethod, texts, isEncoded, unknown, headers, ...rest }) => {
      let place = 0;
      const text = (): string => {
        const raw = texts[place++ % texts.length] ?? '';
        // What a path cannot hold as it is would end it.
        return isEncoded ? encodeURIComponent(raw.toWellFormed()) : raw.replaceAll(/[^\w%.~+-]/g, '');
      };
      const path = operation.path.replaceAll(/\{\w+\}/g, () => text() || 'x');
      const query = operation.parameters
        .filter((parameter) => parameter.in === 'query')
        .map(({ name }) => `${name}=${text()}`);
      if (unknown !== undefined) query.push(`${encodeURIComponent(unknown.toWellFormed())}=1`);
      const method = otherMethod ?? operation.method;
      const reply = await app.inject({
        method:
          method === 'POST' ||
          method === 'PUT' ||
          method === 'PATCH' ||
          method === 'DELETE' ||
          method === 'OPTIONS' ||
          method === 'HEAD'
            ? method
            : 'GET',
        url: query.length === 0 ? path : `${path}?${query.join('&')}`,
        headers: { ...headers, ...(rest.contentType === '' ? {} : { 'content-type': rest.contentType }) },
        ...(rest.body === undefined ? {} : { payload: rest.body }),
      });
      statuses.set(reply.statusCode, (statuses.get(reply.statusCode) ?? 0) + 1);
      assert.ok(
        reply.statusCode < 500 || DOCUMENTED_5XX.includes(reply.statusCode),
        `${reply.statusCode} ${method} ${path} ${reply.body}`,
      );
      if (reply.statusCode < 400 || method === 'HEAD') return;
      assert.doesNotMatch(reply.body, /\.ts:\d|node_modules|\n\s+at /, 'no stack');
      assert.ok(!reply.body.includes(RAW_NUMBER), `the number is repeated: ${reply.body}`);
      const isTmf = path.startsWith(TMF_PREFIX);
      assert.equal(
        reply.headers['content-type'],
        isTmf ? 'application/json; charset=utf-8' : 'application/problem+json; charset=utf-8',
      );
      const told: unknown = JSON.parse(reply.body);
      assert.ok(Value.Check(isTmf ? TmfError : Problem, told), reply.body);
    },
  );
  await fc.assert(asks, { numRuns: 1_500, seed: 7 });
  await fc.assert(asks, { numRuns: 1_500 });
  t.diagnostic(JSON.stringify([...statuses]));
  for (const status of [200, 400, 404, 405, 413, 415]) assert.ok(statuses.has(status), `some were answered ${status}`);
});
