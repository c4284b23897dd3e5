import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { startService } from '../../deploy/local/demo/service-process.ts';
import { logTail } from '../../deploy/local/keep-process.ts';
import { claimRedisDatabase, testStack } from '../support/stack.ts';

const EVENTS = 5_000;

const Positive = Type.Number({ exclusiveMinimum: 0 });
const Measured = Type.Object({
  median: Positive,
  min: Positive,
  max: Positive,
  runs: Type.Array(Positive, { minItems: 1 }),
});
const NotKnown = Type.Null();
const Latency = Type.Object({
  count: Type.Integer({ minimum: 0 }),
  p50Ms: Type.Union([Type.Number(), NotKnown]),
  p99Ms: Type.Union([Type.Number(), NotKnown]),
  maxMs: Type.Union([Type.Number(), NotKnown]),
});
const Rung = Type.Object({
  rung: Type.String(),
  eventsPerSecond: Measured,
  cpuSecondsPerMillionEvents: Type.Object({ scorers: Type.Union([Measured, NotKnown]) }),
  scoresPerEvent: Type.Number(),
});
const Http = Type.Object({
  openLoop: Latency,
  closedLoop: Latency,
  closedLoopRequestsPerSecond: Positive,
  refused: Type.Integer(),
});
const Report = Type.Object({
  eventsPerSecond: Positive,
  cpuSecondsPerMillionEvents: Type.Union([Positive, NotKnown]),
  bytesPerSubscriber: Type.Number(),
  rungs: Type.Array(Rung),
  chain: Type.Array(
    Type.Object({
      input: Type.String(),
      scorers: Type.Integer(),
      events: Type.Integer(),
      eventsPerSecond: Measured,
      stateBytesPerSubscriber: Measured,
      scoresPerEvent: Positive,
    }),
  ),
  latency: Type.Object({
    sustainable: Positive,
    levels: Type.Array(
      Type.Object({
        share: Positive,
        eventsPerSecond: Positive,
        score: Latency,
        alert: Latency,
        missing: Type.Integer(),
      }),
    ),
  }),
  http: Type.Object({ idle: Http, ingest: Http }),
  settings: Type.Object({
    versions: Type.Object({ node: Type.String(), kafka: Type.String(), redis: Type.String() }),
    redis: Type.Object({ appendonly: Type.Literal('yes'), appendfsync: Type.String() }),
    workload: Type.Object({ events: Type.Integer(), subscribers: Type.Integer() }),
    model: Type.Object({ version: Type.String(), trees: Positive }),
  }),
});

test('a small bench run takes every event through every rung and reports each figure that it names', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'churn-bench-test-'));
  const json = join(directory, 'bench.json');
  const bench = await startService({
    name: 'bench',
    main: 'test/bench/run-bench.ts',
    args: ['--quick', '--events', String(EVENTS), '--json', json],
    settings: {
      CHURN_STACK: 'external',
      CHURN_KAFKA_BROKERS: testStack().brokers.join(','),
      CHURN_REDIS_URL: await claimRedisDatabase(),
    },
    logDirectory: directory,
  });
  t.after(() => {
    bench.process.signal('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });
  assert.equal(await bench.process.ended, 'exit code 0', logTail(bench.logFile, 40));

  const report = Value.Parse(Report, JSON.parse(readFileSync(json, 'utf8')));
  assert.deepEqual(
    report.rungs.map(({ rung }) => rung),
    ['consume', 'decode', 'fold', 'features and model', 'commit'],
  );
  assert.deepEqual(
    report.chain.map(({ input, scorers }) => `${input} ${scorers}`),
    ['simulator 1', 'zipf 2', 'zipf 1'],
  );
  const [withModel, committed] = report.rungs.slice(-2);
  assert.equal(withModel?.scoresPerEvent, committed?.scoresPerEvent, 'the same log is scored at the same points');
  const generated = report.chain.filter(({ input }) => input === 'zipf');
  for (const { events } of generated) assert.equal(events, EVENTS);
  assert.equal(report.eventsPerSecond, Math.max(...generated.map(({ eventsPerSecond }) => eventsPerSecond.median)));
  for (const { eventsPerSecond: figure } of [...report.rungs, ...report.chain]) {
    assert.ok(figure.min <= figure.median && figure.median <= figure.max);
  }
  assert.deepEqual(
    report.latency.levels.map(({ share }) => share),
    [0.5, 0.8],
  );
  for (const { missing, eventsPerSecond } of report.latency.levels) {
    assert.equal(missing, 0, 'every complaint of the measured time was scored and published');
    assert.ok(eventsPerSecond <= report.latency.sustainable);
  }
  for (const { refused, openLoop } of [report.http.idle, report.http.ingest]) {
    assert.equal(refused, 0, 'every question was answered');
    assert.ok(openLoop.count > 0);
  }
  assert.equal(report.settings.workload.events, EVENTS);
});
