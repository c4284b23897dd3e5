import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readScorerState } from '../../deploy/local/demo/read-state.ts';
import type { ScorerState } from '../../deploy/local/demo/read-state.ts';
import { TOPICS } from '../../deploy/local/demo/topics.ts';
import { decodeRiskAlert } from '../../services/contracts/risk.ts';
import { DEAD_LETTER_SUFFIX } from '../../services/platform/kafka/dead-letter.ts';
import { openOffsetReader } from '../../services/platform/kafka/offsets.ts';
import { readTopic } from '../../services/platform/kafka/read-topic.ts';
import type { IncomingRecord } from '../../services/platform/kafka/record.ts';
import { openRedis } from '../../services/platform/redis/client.ts';
import { createPartitionStore } from '../../services/platform/redis/partition-store.ts';
import { createComposeProject } from '../support/compose-project.ts';
import type { ComposeProject } from '../support/compose-project.ts';
import { until } from '../support/until.ts';
import { readEnvironment, whyNoContainers } from './config.ts';

// One after the other: the whole of docker-compose.yml on ports of its own, from the build of the image to the stop.
const skip = await whyNoContainers();
const PARTITIONS = 4;
const DEPLOYABLES = ['intake', 'retention', 'scorer', 'scorer'];
const WORK_ORDERS = '/tmf-api/workOrderManagement/v4/workOrder';
const LARGEST_IMAGE_BYTES = 330 * 1_000_000;

let project: ComposeProject;
let apiKey = '';

before(async () => {
  if (skip !== false) return;
  project = await createComposeProject(readEnvironment(), {
    CHURN_IMAGE: 'churn-warning:test',
    SIMULATOR_SUBSCRIBERS: '300',
    SIMULATOR_DAYS: '60',
  });
});

after(async () => {
  if (skip === false) await project.remove();
});

test('the image is built, everything comes up, and the demo is fed to its end', { skip }, async () => {
  await project.compose('config', '--quiet');
  await project.compose('build', '--quiet');
  await project.compose('up', '--detach', '--wait');
  const running = (await project.containers()).filter((container) => container.running);
  assert.deepEqual(
    running.map(({ service }) => service).toSorted(),
    [...DEPLOYABLES, 'demo', 'kafka', 'prometheus', 'redis'].toSorted(),
  );
  apiKey = (await project.compose('exec', '-T', 'retention', 'cat', '/credentials/api-key')).trim();
});

test('the books balance: log, dead letters, episodes, alerts and orders agree', { skip }, async () => {
  const state = await untilSettled();
  const { folded, duplicates, late, parked, marks, episodes, scored } = state.counts;
  assert.ok(scored > 0 && episodes > 0, 'the simulation is large enough to warn of somebody');
  assert.equal(folded + duplicates + late + parked + marks, await recordsInLog());
  const origins = await distinct(`${TOPICS.input}${DEAD_LETTER_SUFFIX}`, ({ headers }, partition) => {
    return `${partition}/${headers['kafka_dlt-original-offset']?.toString('hex') ?? ''}`;
  });
  assert.equal(origins, late + parked);
  const alerts = await distinct(TOPICS.alert, ({ value }) => {
    const alert = value === null ? undefined : decodeRiskAlert(value);
    assert.ok(alert?.ok);
    return alert.value.alertId;
  });
  assert.equal(alerts, episodes);
  assert.equal(await workOrders(), episodes);
});

test('the risk API answers to who has the key, and to nobody else', { skip }, async () => {
  assert.equal((await ask('/v1/risks?band=high', { 'x-api-key': apiKey })).status, 200);
  assert.equal((await ask('/v1/risks?band=high', {})).status, 401);
  assert.equal((await ask('/v1/risks?band=high', { 'x-api-key': 'a guess' })).status, 401);
});

test(
  'Prometheus takes its configuration, its rules fire when they should, and it reaches every process',
  { skip },
  async () => {
    await project.compose('exec', '-T', 'prometheus', 'promtool', 'check', 'config', '/etc/prometheus/prometheus.yml');
    // Its tests need a folder to write to: the root file system is read-only.
    const ruleTests = ['promtool', 'test', 'rules', '/etc/prometheus/rules/model.test.yml'];
    await project.compose('exec', '-T', '--env', 'TMPDIR=/prometheus', 'prometheus', ...ruleTests);
    await until('every target is up', async () => {
      const up = await jobsThatAre('1');
      return ['prometheus', ...DEPLOYABLES].toSorted().join() === up.toSorted().join();
    });
    assert.deepEqual(await jobsThatAre('0'), []);
  },
);

test('no container runs as root, gains privileges, or is reached from another machine', { skip }, async () => {
  for (const container of await project.containers()) {
    const { service } = container;
    assert.deepEqual(container.capabilitiesDropped, ['ALL'], service);
    assert.deepEqual(container.securityOptions, ['no-new-privileges:true'], service);
    assert.ok(container.memoryBytes > 0, service);
    assert.ok(!['', 'root', '0'].includes(container.user), `${service} runs as ${container.user}`);
    assert.ok(
      container.publishedOn.every((address) => address === '127.0.0.1'),
      service,
    );
    if (service !== 'kafka') assert.ok(container.readOnly, service);
  }
  assert.equal((await inScorer('id --user')).trim(), '1000');
  await assert.rejects(inScorer('touch /app/x'), /Read-only file system/);
});

test('each container is given the secrets that it needs, and no others', { skip }, async () => {
  const secretsOf = new Map<string, readonly string[]>();
  for (const { service, volumes } of await project.containers()) {
    const secrets = volumes.filter((folder) => folder === '/credentials' || folder === '/pseudonym').toSorted();
    if (secrets.length > 0) secretsOf.set(service, secrets);
  }
  assert.deepEqual(Object.fromEntries(secretsOf), {
    credentials: ['/credentials', '/pseudonym'],
    retention: ['/credentials', '/pseudonym'],
    intake: ['/pseudonym'],
    demo: ['/pseudonym'],
  });
  assert.equal((await project.compose('exec', '-T', 'intake', 'ls', '/pseudonym')).trim(), 'pseudonym.env');
});

test(
  'a service that keeps failing, as one with a wrong setting does, is not started again for ever',
  { skip },
  async () => {
    for (const { service, restartLimit } of await project.containers()) {
      if (DEPLOYABLES.includes(service)) assert.ok(restartLimit > 0, service);
    }
  },
);

test('the image holds no compilers, no installers and one library of the model, and is small', { skip }, async () => {
  assert.equal(await inScorer('ls /usr/local/bin'), 'node\n');
  const libraries = await inScorer('find /app -name "libonnxruntime*" -o -name "onnxruntime_binding*"');
  assert.equal(libraries.trim().split('\n').length, 2, libraries);
  assert.equal(await inScorer('ls -d node_modules/typescript node_modules/patch-package 2>/dev/null || true'), '');
  const bytes = await project.imageBytes('churn-warning:test');
  assert.ok(bytes < LARGEST_IMAGE_BYTES, `${bytes} bytes`);
});

test('told to stop, services end in order; started again, they go on, and nothing is fed twice', { skip }, async () => {
  const records = await recordsInLog();
  await project.compose('stop', 'intake', 'retention', 'scorer', 'prometheus');
  const ended = (await project.containers()).filter(({ service }) => DEPLOYABLES.includes(service));
  assert.deepEqual(
    ended.map(({ service, running, exitCode }) => ({ service, running, exitCode })),
    ended.map(({ service }) => ({ service, running: false, exitCode: 0 })),
  );
  assert.equal(ended.length, DEPLOYABLES.length);

  await project.compose('restart', 'demo');
  await project.compose('up', '--detach', '--wait');
  assert.equal(await recordsInLog(), records);
  assert.equal((await ask('/v1/risks?band=high', { 'x-api-key': apiKey })).status, 200, 'the key is the one of before');
});

test('a demo that was fed in part does not count as fed', { skip }, async () => {
  const records = await recordsInLog();
  await project.compose('exec', '-T', 'demo', 'rm', '/demo/fed');
  await project.compose('restart', 'demo');
  await until('the demo ends', async () => {
    const demo = (await project.containers()).find(({ service }) => service === 'demo');
    return demo?.running === false && demo.exitCode === 1;
  });
  assert.equal(await recordsInLog(), records);
});

function kafka(): { readonly brokers: readonly string[]; readonly clientId: string } {
  return { brokers: [`127.0.0.1:${project.ports.kafka}`], clientId: 'compose-test' };
}

async function untilSettled(): Promise<ScorerState> {
  const redis = await openRedis({ url: `redis://127.0.0.1:${project.ports.redis}` });
  const offsets = await openOffsetReader(kafka());
  try {
    const store = createPartitionStore(redis, '', PARTITIONS);
    return await until('all is scored, published and turned into orders', async () => {
      const state = await readScorerState(store, offsets, PARTITIONS);
      const orders = await workOrders();
      return state.lag === 0 && state.outbox === 0 && orders >= state.counts.episodes ? state : undefined;
    });
  } finally {
    redis.disconnect();
    await offsets.close();
  }
}

async function recordsInLog(): Promise<number> {
  const offsets = await openOffsetReader(kafka());
  try {
    const bounds = [...(await offsets.allBoundsOf(TOPICS.input)).values()];
    return Number(bounds.reduce((sum, { endOffset, lowOffset }) => sum + endOffset - lowOffset, 0n));
  } finally {
    await offsets.close();
  }
}

async function distinct(topic: string, idOf: (record: IncomingRecord, partition: number) => string): Promise<number> {
  const ids = new Set<string>();
  await readTopic(kafka(), topic, (record, partition) => {
    ids.add(idOf(record, partition));
  });
  return ids.size;
}

function ask(path: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(`http://127.0.0.1:${project.ports.http}${path}`, { headers });
}

async function workOrders(): Promise<number> {
  const response = await ask(`${WORK_ORDERS}?limit=1`, { 'x-api-key': apiKey });
  assert.equal(response.status, 200, await response.text());
  return Number(response.headers.get('x-total-count'));
}

/** Jobs of the targets whose last scrape gave `up` that value. */
async function jobsThatAre(up: '0' | '1'): Promise<string[]> {
  const query = encodeURIComponent(`up == ${up}`);
  const response = await fetch(`http://127.0.0.1:${project.ports.prometheus}/api/v1/query?query=${query}`);
  return [...(await response.text()).matchAll(/"job":"([^"]+)"/g)].map(([, job = '']) => job);
}

function inScorer(script: string): Promise<string> {
  return project.compose('exec', '-T', 'scorer', 'sh', '-c', script);
}
