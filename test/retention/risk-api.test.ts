import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPseudonymizer } from '../../services/platform/crypto/pseudonym.ts';
import type { RiskReader } from '../../services/retention/risk-reader.ts';
import { createMemoryRiskReader } from '../support/memory-risk-reader.ts';
import { createTestApp, createTestDesk } from '../support/retention-app.ts';
import { sampleRisk } from '../support/sample-risk.ts';
import { createTmfAssertion, tmfSkip } from '../support/tmf-definitions.ts';

const ASSESSMENTS = '/tmf-api/riskManagement/v4/partyRoleRiskAssessment';

test('a subscriber’s risk comes with reasons, features, versions and as-of', async (t) => {
  const app = await createTestApp(t, createTestDesk(), { reader: createMemoryRiskReader([sampleRisk()]) });
  const reply = await app.inject('/v1/subscribers/k1-subscriberA/risk');
  assert.equal(reply.statusCode, 200);
  assert.deepEqual(reply.json(), {
    subscriberId: 'k1-subscriberA',
    riskScore: 0.8125,
    riskBand: 'high',
    asOf: '2026-10-20T04:00:00.000Z',
    cause: 'daily',
    modelVersion: 'prepaid/1.0.0',
    policyVersion: 'default-1',
    staleFeeds: [],
    watermark: '2026-10-20T04:00:00.000Z',
    episode: 1,
    fresh: true,
    stale: [],
    staleNotices: [],
    baseMargin: 0.5,
    rawMargin: 1.5,
    reasons: JSON.parse(JSON.stringify(sampleRisk().reasons)) as unknown,
    protectiveReasons: JSON.parse(JSON.stringify(sampleRisk().protectiveReasons)) as unknown,
    features: [
      {
        name: 'calls_out_7d',
        value: 3,
        unit: 'calls',
        asOf: '2026-10-20T04:00:00.000Z',
        meaningEn: 'Outgoing calls, 7 days',
        meaningZh: '近7天主叫次数',
      },
      {
        name: 'rival_calls_28d',
        value: null,
        unit: 'calls',
        asOf: '2026-10-20T04:00:00.000Z',
        meaningEn: 'Calls to rivals',
        meaningZh: '异网通话',
      },
    ],
    health: {
      partition: 2,
      watermark: '2026-10-20T05:00:00.000Z',
      feeds: [{ feed: 'usage', completeThrough: '2026-10-20T05:00:00.000Z', stale: false }],
    },
    currentEpisode: { number: 1, alertId: 'al-1', openedAt: '2026-10-20T04:00:00.000Z' },
  });
});

test('stale is never shown as fresh: a feed behind, a log behind and a missing watermark are named', async (t) => {
  const behind = { feed: 'usage', completeThroughMs: 1000, isStale: true };
  const asOfMs = Date.UTC(2026, 9, 20, 4);
  const { health } = sampleRisk();
  const answers = [
    sampleRisk({ subscriberId: 'k1-behind' }, { health: { ...health, watermarkMs: asOfMs, feeds: [behind] } }),
    sampleRisk({ subscriberId: 'k1-was-behind', staleFeeds: ['care'] }),
    sampleRisk({ subscriberId: 'k1-old' }, { health: { ...health, watermarkMs: asOfMs - 86_400_000, feeds: [] } }),
    sampleRisk({ subscriberId: 'k1-none' }, { health: { ...health, watermarkMs: undefined, feeds: [] } }),
  ];
  const app = await createTestApp(t, createTestDesk(), { reader: createMemoryRiskReader(answers) });
  const staleOf = async (id: string): Promise<unknown> => {
    const { fresh, stale } = (await app.inject(`/v1/subscribers/${id}/risk`)).json<{
      fresh: boolean;
      stale: unknown;
    }>();
    assert.equal(fresh, false);
    return stale;
  };
  assert.deepEqual(await staleOf('k1-behind'), ['feed_behind']);
  assert.deepEqual(await staleOf('k1-was-behind'), ['feed_behind']);
  assert.deepEqual(await staleOf('k1-old'), ['log_behind']);
  assert.deepEqual(await staleOf('k1-none'), ['no_watermark']);
});

test('whoever speaks with the customer can read which feed is stale since when, in both languages', async (t) => {
  const [frontMs, sinceMs] = [Date.UTC(2026, 9, 20, 1), Date.UTC(2026, 9, 19, 15)];
  const { health } = sampleRisk();
  const current = { feed: 'care', completeThroughMs: frontMs, isStale: false };
  const answers = [
    sampleRisk(
      { subscriberId: 'k1-behind', staleFeeds: ['voice'] },
      { health: { ...health, feeds: [current, { feed: 'voice', completeThroughMs: sinceMs, isStale: true }] } },
    ),
    sampleRisk(
      { subscriberId: 'k1-never', staleFeeds: ['voice'] },
      { health: { ...health, feeds: [current, { feed: 'voice', completeThroughMs: undefined, isStale: true }] } },
    ),
    sampleRisk(
      { subscriberId: 'k1-stopped' },
      { health: { ...health, watermarkMs: sinceMs, feeds: [{ ...current, completeThroughMs: sinceMs }] } },
    ),
  ];
  const app = await createTestApp(t, createTestDesk(), { reader: createMemoryRiskReader(answers) });
  const noticesOf = async (id: string): Promise<unknown[]> => {
    const { staleNotices } = (await app.inject(`/v1/subscribers/${id}/risk`)).json<{ staleNotices: unknown[] }>();
    const { characteristic } = (await app.inject(`${ASSESSMENTS}/${id}`)).json<{
      characteristic: { name: string; value: unknown }[];
    }>();
    const valueOf = (wanted: string): unknown => characteristic.find(({ name }) => name === wanted)?.value;
    assert.deepEqual(valueOf('staleNotices'), staleNotices, 'TMF696 says the same');
    assert.equal(valueOf('fresh'), false);
    return staleNotices;
  };
  assert.deepEqual(await noticesOf('k1-behind'), [
    {
      cause: 'feed_behind',
      feed: 'voice',
      since: '2026-10-19T15:00:00.000Z',
      textEn:
        'Feed voice is stale since 2026-10-19 23:00 (Asia/Shanghai): what it has not delivered since looks like silence.',
      textZh: '数据源 voice 自 2026-10-19 23:00 (Asia/Shanghai) 起数据滞后：缺少的数据看起来会像客户沉默。',
    },
  ]);
  assert.deepEqual(await noticesOf('k1-never'), [
    {
      cause: 'feed_behind',
      feed: 'voice',
      textEn: 'Feed voice is stale, it has not reported yet: what it has not delivered looks like silence.',
      textZh: '数据源 voice 尚未上报：缺少的数据看起来会像客户沉默。',
    },
  ]);
  assert.deepEqual(await noticesOf('k1-stopped'), [
    {
      cause: 'log_behind',
      since: '2026-10-19T15:00:00.000Z',
      textEn:
        'All feeds are stale since 2026-10-19 23:00 (Asia/Shanghai): this tells how things stood then, not today.',
      textZh: '所有数据源自 2026-10-19 23:00 (Asia/Shanghai) 起均无更新：此结果反映的是当时情况，而非今天。',
    },
  ]);
});

test('a subscriber that was never scored is a 404 problem', async (t) => {
  const app = await createTestApp(t, createTestDesk());
  const reply = await app.inject('/v1/subscribers/k1-nobody/risk');
  assert.equal(reply.statusCode, 404);
  assert.equal(reply.headers['content-type'], 'application/problem+json; charset=utf-8');
  const problem = reply.json<Record<string, unknown>>();
  assert.equal(problem['status'], 404);
  assert.equal(problem['code'], 'not_found');
  assert.match(String(problem['instance']), /^urn:request:/);
});

test('what looks like a phone number is refused in an address, and not repeated in the answer', async (t) => {
  const app = await createTestApp(t, createTestDesk());
  for (const number of ['8613900001111', '%2B8613900001111']) {
    const reply = await app.inject(`/v1/subscribers/${number}/risk`);
    assert.equal(reply.statusCode, 400);
    assert.ok(!reply.body.includes('13900001111'));
  }
});

test('a number in the body is answered under its pseudonym, with or without a plus', async (t) => {
  const pseudonymOf = createPseudonymizer({ keyId: 'k1', secret: 'a secret of sixteen bytes' });
  const reader = createMemoryRiskReader([sampleRisk({ subscriberId: pseudonymOf('8613900001111') })]);
  const app = await createTestApp(t, createTestDesk(), { reader, pseudonymOf });
  for (const number of ['8613900001111', '+8613900001111']) {
    const reply = await app.inject({ method: 'POST', url: '/v1/risk-queries', payload: { number } });
    assert.equal(reply.statusCode, 200);
    assert.equal(reply.json<{ subscriberId: string }>().subscriberId, pseudonymOf('8613900001111'));
    assert.ok(!reply.body.includes('13900001111'));
  }
});

test('malformed number queries are refused without an echo', async (t) => {
  const pseudonymOf = createPseudonymizer({ keyId: 'k1', secret: 'a secret of sixteen bytes' });
  const app = await createTestApp(t, createTestDesk(), { pseudonymOf });
  for (const payload of ['{"number": 8613900001111}', '{"number":"8613900001111x"}', '{"number":"8613900001111"']) {
    const reply = await app.inject({
      method: 'POST',
      url: '/v1/risk-queries',
      headers: { 'content-type': 'application/json' },
      payload,
    });
    assert.equal(reply.statusCode, 400, payload);
    assert.ok(!reply.body.includes('13900001111'), reply.body);
  }
});

test('without a secret, queries by number say that they are not configured', async (t) => {
  const app = await createTestApp(t, createTestDesk());
  const reply = await app.inject({ method: 'POST', url: '/v1/risk-queries', payload: { number: '8613900001111' } });
  assert.equal(reply.statusCode, 501);
});

test('a band is paged by cursor until the last page, each subscriber once', async (t) => {
  const answers = ['a', 'b', 'c', 'd', 'e'].map((name) => sampleRisk({ subscriberId: `k1-${name}` }));
  const reader = createMemoryRiskReader([...answers, sampleRisk({ subscriberId: 'k1-m', riskBand: 'medium' })]);
  const app = await createTestApp(t, createTestDesk(), { reader });
  const seen: string[] = [];
  let after = '';
  for (;;) {
    const reply = await app.inject(`/v1/risks?band=high&limit=2${after}`);
    assert.equal(reply.statusCode, 200);
    const page = reply.json<{ risks: { subscriberId: string }[]; total: number; next?: string }>();
    assert.equal(page.total, 5);
    seen.push(...page.risks.map(({ subscriberId }) => subscriberId));
    if (page.next === undefined) break;
    after = `&after=${page.next}`;
  }
  assert.deepEqual(seen, ['k1-a', 'k1-b', 'k1-c', 'k1-d', 'k1-e']);
  assert.equal((await app.inject('/v1/risks?band=low')).statusCode, 400);
  assert.equal((await app.inject('/v1/risks?limit=0')).statusCode, 400);
});

test('feed health is told by partition', async (t) => {
  const policy = { staleAfterMs: 1, timeZone: 'UTC' };
  const feeds = [
    {
      ...policy,
      partition: 0,
      watermarkMs: 1000,
      feeds: [
        { feed: 'care', completeThroughMs: undefined, isStale: true },
        { feed: 'usage', completeThroughMs: 1000, isStale: true },
      ],
    },
    { ...policy, partition: 1, watermarkMs: undefined, feeds: [] },
  ];
  const app = await createTestApp(t, createTestDesk(), { reader: createMemoryRiskReader([], feeds) });
  assert.deepEqual((await app.inject('/v1/feeds')).json(), {
    partitions: [
      {
        partition: 0,
        watermark: '1970-01-01T00:00:01.000Z',
        feeds: [
          { feed: 'care', stale: true },
          {
            feed: 'usage',
            completeThrough: '1970-01-01T00:00:01.000Z',
            stale: true,
            staleSince: '1970-01-01T00:00:01.000Z',
          },
        ],
      },
      { partition: 1, feeds: [] },
    ],
  });
});

test('an outage behind is 503 and worth another try; an unknown error is 500 and tells nothing', async (t) => {
  const failing = (error: Error): RiskReader => ({
    ...createMemoryRiskReader([]),
    read: () => Promise.reject(error),
  });
  const outage = await createTestApp(t, createTestDesk(), {
    reader: failing(Object.assign(new Error('redis at 10.0.0.7 timed out'), { retryable: true })),
  });
  const unavailable = await outage.inject('/v1/subscribers/k1-a/risk');
  assert.equal(unavailable.statusCode, 503);
  assert.equal(unavailable.headers['retry-after'], '1');
  assert.ok(!unavailable.body.includes('10.0.0.7'));

  const broken = await createTestApp(t, createTestDesk(), { reader: failing(new Error('secret inside')) });
  for (const url of ['/v1/subscribers/k1-a/risk', `${ASSESSMENTS}/k1-a`]) {
    const reply = await broken.inject(url);
    assert.equal(reply.statusCode, 500);
    assert.ok(!reply.body.includes('secret inside'));
  }
});

test('TMF696 lists high before medium risk with counts, and finds one by party role', async (t) => {
  const reader = createMemoryRiskReader([
    sampleRisk({ subscriberId: 'k1-m1', riskBand: 'medium', riskScore: 0.4 }),
    sampleRisk({ subscriberId: 'k1-h1' }),
    sampleRisk({ subscriberId: 'k1-h2' }),
    sampleRisk({ subscriberId: 'k1-low', riskBand: 'low', riskScore: 0.01 }),
  ]);
  const app = await createTestApp(t, createTestDesk(), { reader });
  const listed = async (query: string): Promise<readonly unknown[]> => {
    const reply = await app.inject(`${ASSESSMENTS}?${query}`);
    assert.equal(reply.statusCode, 200, reply.body);
    return [reply.headers['x-total-count'], ...reply.json<{ id: string }[]>().map(({ id }) => id)];
  };
  assert.deepEqual(await listed(''), ['3', 'k1-h1', 'k1-h2', 'k1-m1']);
  assert.deepEqual(await listed('offset=1&limit=1'), ['3', 'k1-h2']);
  assert.deepEqual(await listed('offset=2&limit=5'), ['3', 'k1-m1']);
  assert.deepEqual(await listed('offset=3'), ['3']);
  assert.deepEqual(await listed('limit=0'), ['3']);
  assert.deepEqual(await listed('partyRole.id=%22k1-low%22'), ['1', 'k1-low']);
  assert.deepEqual(await listed('id=k1-h1&partyRole.id=k1-h2'), ['0']);
  assert.equal((await app.inject(`${ASSESSMENTS}?status=Completed`)).statusCode, 400);
});

test('TMF696 tells churn risk on a scale of 0 to 100, by characteristics', async (t) => {
  const app = await createTestApp(t, createTestDesk(), { reader: createMemoryRiskReader([sampleRisk()]) });
  const assessment = (await app.inject(`${ASSESSMENTS}/k1-subscriberA`)).json<{
    riskAssessmentResult: { overallScore: number };
    partyRole: unknown;
    characteristic: { name: string; value: unknown }[];
  }>();
  assert.equal(assessment.riskAssessmentResult.overallScore, 81.25);
  assert.deepEqual(assessment.partyRole, { id: 'k1-subscriberA', role: 'subscriber', '@referredType': 'Customer' });
  const values = new Map(assessment.characteristic.map(({ name, value }) => [name, value]));
  assert.equal(values.get('riskType'), 'ChurnRisk');
  assert.equal(values.get('modelVersion'), 'prepaid/1.0.0');
  assert.equal(values.get('riskScore'), 0.8125);
  assert.deepEqual([values.get('baseMargin'), values.get('rawMargin')], [0.5, 1.5]);
  assert.deepEqual(values.get('reasonCodes'), ['activity']);
  const { reasons, protectiveReasons } = sampleRisk();
  assert.deepEqual(values.get('reasons'), JSON.parse(JSON.stringify(reasons)));
  assert.deepEqual(values.get('protectiveReasons'), JSON.parse(JSON.stringify(protectiveReasons)));
  assert.equal((await app.inject(`${ASSESSMENTS}/k1-nobody`)).statusCode, 404);
  assert.equal((await app.inject({ method: 'POST', url: ASSESSMENTS, payload: {} })).statusCode, 405);
});

test('every assessment fits the official TMF696 file', { skip: tmfSkip }, async (t) => {
  const fits = createTmfAssertion('risk');
  const app = await createTestApp(t, createTestDesk(), { reader: createMemoryRiskReader([sampleRisk()]) });
  const one: unknown = (await app.inject(`${ASSESSMENTS}/k1-subscriberA`)).json();
  for (const assessment of [one, ...(await app.inject(ASSESSMENTS)).json<unknown[]>()]) {
    fits('PartyRoleRiskAssessment', assessment);
    fits('RiskAssessment', assessment);
  }
  fits('Error', (await app.inject(`${ASSESSMENTS}/k1-nobody`)).json());
});
