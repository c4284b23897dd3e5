import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { explainChange } from '../../services/core/explain/explain-change.ts';
import { explainScore } from '../../services/core/explain/explain-score.ts';
import { probabilityOf } from '../../services/core/explain/score-tree.ts';
import { FEATURES } from '../../services/core/features/registry.ts';
import { formatPartitionRecord, NEW_PARTITION } from '../../services/core/partition/partition-record.ts';
import { encodeSubscriber } from '../../services/core/subscriber/subscriber-codec.ts';
import { newSubscriber, NO_RISK_YET } from '../../services/core/subscriber/subscriber-state.ts';
import { createApiKeyAuthentication } from '../../services/retention/auth/api-keys.ts';
import type { AppDeps } from '../../services/retention/http/app.ts';
import { createRiskReader } from '../../services/retention/read-risk.ts';
import type { RiskReaderDeps } from '../../services/retention/read-risk.ts';
import type { RiskReader } from '../../services/retention/risk-reader.ts';
import { createMemoryPartitionStore } from '../support/memory-partition-store.ts';
import { createTestApp, createTestDesk } from '../support/retention-app.ts';
import { SAMPLE_FEATURE_SCHEMA, sampleAlert, sampleScore, sampleVector } from '../support/sample-alert.ts';
import { samplePolicy } from '../support/sample-policy.ts';

const SUBSCRIBER = 'k1-subscriberA';
const RISK = `/v1/subscribers/${SUBSCRIBER}/risk`;
const ALERT = sampleAlert();
const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 9, 21);
const BASE = -1.25;

interface ToldReason {
  readonly story: string;
  readonly direction: string;
  readonly contribution: number;
  readonly share: number;
}
interface ToldRisk {
  readonly riskScore: number;
  readonly baseMargin: number;
  readonly rawMargin: number;
  readonly reasons: readonly ToldReason[];
  readonly protectiveReasons: readonly ToldReason[];
  readonly features: readonly { readonly contribution?: number }[];
}
interface ToldChange {
  readonly since: unknown;
  readonly modelVersion: string;
  readonly fresh: boolean;
  readonly fromScore: number;
  readonly toScore: number;
  readonly fromMargin: number;
  readonly toMargin: number;
  readonly changes: readonly ToldReason[];
}

test('with reasons=all, a client can add the score up, by reasons and by features', async (t) => {
  const { app } = await openDesk(t);
  const risk = (await app.inject(`${RISK}?reasons=all`)).json<ToldRisk>();
  const { baseMargin, rawMargin, reasons, protectiveReasons, features } = risk;
  const ofReasons = sum([...reasons, ...protectiveReasons].map(({ contribution }) => contribution));
  const ofFeatures = sum(features.map(({ contribution }) => contribution ?? Number.NaN));
  assert.equal(features.length, FEATURES.length);
  assertClose(baseMargin + ofReasons, rawMargin);
  assertClose(baseMargin + ofFeatures, rawMargin);
  assertClose(probabilityOf(rawMargin), risk.riskScore);
  assertClose(sum([...reasons, ...protectiveReasons].map(({ share }) => share)), 1);
});

test('else the strongest reasons are told, those that raise the risk and those that hold the customer', async (t) => {
  const { app } = await openDesk(t);
  const all = (await app.inject(`${RISK}?reasons=all`)).json<ToldRisk>();
  const top = (await app.inject(RISK)).json<ToldRisk>();
  assert.ok(all.reasons.length > 3 && all.protectiveReasons.length > 2);
  assert.deepEqual(top.reasons, all.reasons.slice(0, 3));
  assert.deepEqual(top.protectiveReasons, all.protectiveReasons.slice(0, 2));
  assert.ok(top.reasons.every(({ direction }) => direction === 'raises'));
  assert.ok(top.protectiveReasons.every(({ direction }) => direction === 'lowers'));
  assert.ok(top.features.every((feature) => !('contribution' in feature)));
  assert.deepEqual([top.riskScore, top.rawMargin], [all.riskScore, all.rawMargin]);
  assert.equal((await app.inject(`${RISK}?reasons=some`)).statusCode, 400);
});

test('a mistyped parameter or value is refused, with what is allowed, and never repeated', async (t) => {
  const { app } = await openDesk(t);
  for (const [url, detail] of [
    [`${RISK}?reasons=some`, 'querystring/reasons must be one of top, all'],
    [`${RISK}?reason=all`, 'querystring holds a name that is not known here'],
    [`${RISK}?8613900000000=1`, 'querystring holds a name that is not known here'],
    [`${RISK}/change?since=al-1&until=al-2`, 'querystring holds a name that is not known here'],
    ['/v1/risks?band=low', 'querystring/band must be one of high, medium'],
    ['/v1/risks?limit=0&lim=3', 'querystring holds a name that is not known here, querystring/limit must be >= 1'],
  ] as const) {
    const reply = await app.inject(url);
    assert.equal(reply.statusCode, 400, url);
    assert.equal(reply.json<{ detail: string }>().detail, detail);
  }
});

test('an alert’s features against those of now: the changes add up from the old score to the new', async (t) => {
  const { app } = await openDesk(t);
  const reply = await app.inject(`${RISK}/change?since=${ALERT.alertId}`);
  assert.equal(reply.statusCode, 200, reply.body);
  const told = reply.json<ToldChange>();
  assert.deepEqual(told.since, {
    alertId: ALERT.alertId,
    asOf: new Date(ALERT.score.asOfMs).toISOString(),
    riskScore: ALERT.score.riskScore,
    modelVersion: ALERT.score.modelVersion,
  });
  assert.equal(told.modelVersion, 'spread/1.0.0');
  assertClose(told.fromMargin + sum(told.changes.map(({ contribution }) => contribution)), told.toMargin);
  assertClose(told.fromMargin, BASE + sum(contributionsOf(ALERT.vector)));
  assertClose(told.fromScore, probabilityOf(told.fromMargin));
  const now = (await app.inject(RISK)).json<ToldRisk>();
  assertClose(told.toScore, now.riskScore);
  assertClose(told.toMargin, now.rawMargin);
  assert.ok(told.changes.length > 0 && told.fromScore !== told.toScore);
});

test('a change that cannot be told is refused with why', async (t) => {
  const { app, desk } = await openDesk(t);
  const alertOf = (subscriberId: string, episode: number, vector: Float32Array): Promise<unknown> =>
    desk.open(sampleAlert({ score: sampleScore({ subscriberId, episode }), vector }));
  await alertOf(SUBSCRIBER, 2, new Float32Array());
  await alertOf('k1-other', 1, sampleVector());
  const refusals = [
    [`since=al-${SUBSCRIBER}-2`, 409, 'vector_not_kept'],
    ['since=al-k1-other-1', 404, 'not_found'],
    ['since=al-unknown', 404, 'not_found'],
    ['', 400, 'invalid_request'],
  ] as const;
  for (const [query, status, code] of refusals) {
    const reply = await app.inject(`${RISK}/change?${query}`);
    assert.equal(reply.statusCode, status, query);
    assert.equal(reply.headers['content-type'], 'application/problem+json; charset=utf-8');
    assert.equal(reply.json<{ code: string }>().code, code);
  }
  const neverScored = await app.inject('/v1/subscribers/k1-other/risk/change?since=al-k1-other-1');
  assert.equal(neverScored.statusCode, 404);
});

test('a change is told between vectors of the same features only, which their schema says and not their number', async (t) => {
  const { app, desk } = await openDesk(t);
  const codeOf = async (episode: number, featureSchemaSha256: string): Promise<readonly unknown[]> => {
    await desk.open(sampleAlert({ score: sampleScore({ subscriberId: SUBSCRIBER, episode }), featureSchemaSha256 }));
    const reply = await app.inject(`${RISK}/change?since=al-${SUBSCRIBER}-${episode}`);
    return [reply.statusCode, reply.json<{ code?: string }>().code];
  };
  assert.deepEqual(await codeOf(2, SAMPLE_FEATURE_SCHEMA), [200, undefined]);
  assert.deepEqual(await codeOf(3, 'b'.repeat(64)), [409, 'other_features']);
  assert.deepEqual(await codeOf(4, ''), [409, 'vector_not_kept'], 'an alert from before schemas were told');
});

test('a change needs the same scope as the risk itself', async (t) => {
  const sha256 = createHash('sha256').update('key-1').digest();
  const authenticate = createApiKeyAuthentication([{ name: 'desk', sha256, scopes: ['workorder:read'] }]);
  const { app } = await openDesk(t, { authenticate });
  const headers = { 'x-api-key': 'key-1' };
  assert.equal((await app.inject({ url: `${RISK}/change?since=${ALERT.alertId}`, headers })).statusCode, 403);
});

/** A desk with the order of one alert, and the subscriber as the scorers left it a day later. */
async function openDesk(
  t: TestContext,
  changes: Partial<AppDeps> = {},
): Promise<{ readonly app: FastifyInstance; readonly desk: ReturnType<typeof createTestDesk>['desk'] }> {
  const testDesk = createTestDesk();
  testDesk.setNow(NOW_MS);
  await testDesk.desk.open(ALERT);
  const app = await createTestApp(t, testDesk, { reader: openReader(), ...changes });
  return { app, desk: testDesk.desk };
}

function openReader(): RiskReader {
  const state = newSubscriber(NOW_MS - 100 * DAY_MS);
  state.risk = { ...NO_RISK_YET, riskScore: 0.7, band: 'high', episode: 1 };
  const value = encodeSubscriber(state);
  const record = formatPartitionRecord({ ...NEW_PARTITION, time: { ...NEW_PARTITION.time, watermarkMs: NOW_MS } });
  return createRiskReader({
    store: {
      ...createMemoryPartitionStore(1),
      readStates: (_, ids) => Promise.resolve(ids.map((id) => (id === SUBSCRIBER ? value : undefined))),
      readPosition: () => Promise.resolve({ nextOffset: 1n, record }),
    },
    model: spreadModel,
    policy: samplePolicy({ reasons: { limit: 3 } }),
    partitionCount: 1,
    partitionOf: () => 0,
  });
}

/** Every feature has its say: one after the other raises and lowers the risk, and less so where it is unknown. */
function contributionsOf(vector: Float32Array): Float64Array {
  return Float64Array.from(vector, (value, index) => Math.sin(index) * (Number.isNaN(value) ? 0.1 : 0.3 + value / 100));
}

const explained = (vector: Float32Array) => ({ vector, contributions: contributionsOf(vector) });

const spreadModel: RiskReaderDeps['model'] = {
  modelVersion: 'spread/1.0.0',
  featureSchemaSha256: SAMPLE_FEATURE_SCHEMA,
  scoreBatch: () => Promise.reject(new Error('one subscriber is not a batch')),
  scoreOne: (vector) => probabilityOf(BASE + sum(contributionsOf(vector))),
  explain: (vector) => explainScore({ base: BASE, ...explained(vector), typicalValues: [] }),
  contributionsOf,
  explainChange: (before, after) => explainChange(BASE, explained(before), explained(after)),
};

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

function assertClose(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
}
