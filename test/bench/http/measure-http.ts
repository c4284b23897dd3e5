import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { startService } from '../../../deploy/local/demo/service-process.ts';
import { freePort } from '../../../deploy/local/free-port.ts';
import { readCommitted, serviceSettings, startScorers } from '../chain/scorers.ts';
import { ZIPF_POLICY, dropTopics, makeTopics, nameTopics } from '../harness/bench-context.ts';
import type { BenchContext } from '../harness/bench-context.ts';
import { startChild } from '../harness/child.ts';
import type { FilledTopic } from '../workload/fill-topic.ts';

const REQUESTS_PER_SECOND = 200;
const CONNECTIONS = 32;
const READY_WITHIN_MS = 60_000;
/** Keys of the ingest that runs beside the questions. */
const INGEST_KEYSPACE = 'ingest:';

const Latency = Type.Object({
  count: Type.Number(),
  p50Ms: Type.Union([Type.Number(), Type.Null()]),
  p99Ms: Type.Union([Type.Number(), Type.Null()]),
  maxMs: Type.Union([Type.Number(), Type.Null()]),
});
const HttpResult = Type.Object({
  /** From the intended time, at the stated rate. */
  openLoop: Latency,
  closedLoop: Latency,
  closedLoopRequestsPerSecond: Type.Number(),
  /** Answers other than 200. */
  refused: Type.Number(),
});
type HttpResult = Static<typeof HttpResult>;

/** GET /v1/subscribers/{id}/risk of subscribers drawn at random. */
export interface HttpFigures {
  readonly openLoopRequestsPerSecond: number;
  readonly connections: number;
  readonly seconds: number;
  readonly idle: HttpResult;
  /** While a scorer works off a backlog as fast as it can, on the same Kafka, Redis and cores. */
  readonly ingest: HttpResult & {
    readonly eventsPerSecond: number;
    /** Share of the questions' time in which the backlog lasted. */
    readonly coveredShare: number;
  };
}

/** Needs the states of a drained topic under no keyspace; leaves them as they are. */
export async function measureHttp(context: BenchContext, filled: FilledTopic): Promise<HttpFigures> {
  const { kafka, progress, options } = context;
  const topics = { ...nameTopics(), input: filled.topic };
  await makeTopics(kafka, topics);
  const httpPort = await freePort();
  const operationsPort = await freePort();
  const retention = await startService({
    name: 'retention',
    main: 'services/retention/main.ts',
    settings: {
      ...serviceSettings(context, { topics, policyFile: ZIPF_POLICY, keyspace: '' }),
      CHURN_RETENTION_GROUP: `bench-${randomUUID()}`,
      CHURN_AUTH: 'off',
      CHURN_HTTP_HOST: '127.0.0.1',
      CHURN_PUBLIC_BASE_URL: '',
      CHURN_HTTP_PORT: String(httpPort),
      CHURN_OPERATIONS_PORT: String(operationsPort),
    },
    logDirectory: context.logDirectory,
  });
  const address = `http://127.0.0.1:${httpPort}`;
  try {
    await untilOk(`http://127.0.0.1:${operationsPort}/readyz`, context.signal);
    const idle = await progress.step('HTTP, idle', () => ask(context, address, filled.subscribers));
    const ingest = await progress.step('HTTP under full ingest', () =>
      askUnderIngest(context, filled, topics, address),
    );
    await retention.stop();
    return {
      openLoopRequestsPerSecond: REQUESTS_PER_SECOND,
      connections: CONNECTIONS,
      seconds: options.httpSeconds,
      idle,
      ingest,
    };
  } finally {
    retention.process.signal('SIGKILL');
    await dropTopics(kafka, topics, filled.topic);
  }
}

async function ask({ options, signal }: BenchContext, address: string, subscribers: number): Promise<HttpResult> {
  const argument = {
    address,
    subscribers,
    requestsPerSecond: REQUESTS_PER_SECOND,
    seconds: options.httpSeconds,
    connections: CONNECTIONS,
  };
  const child = startChild(join(import.meta.dirname, 'http.process.ts'), argument, signal);
  try {
    return await child.next(HttpResult);
  } finally {
    child.end();
  }
}

/** The same topic once more, into keys of its own, so that the states asked for stay whole. */
async function askUnderIngest(
  context: BenchContext,
  filled: FilledTopic,
  topics: ReturnType<typeof nameTopics>,
  address: string,
): Promise<HttpFigures['ingest']> {
  const setup = { topics, policyFile: ZIPF_POLICY, keyspace: INGEST_KEYSPACE };
  const scorers = await startScorers(context, setup, 1);
  const sample = async (): Promise<{ readonly events: number; readonly atMs: number }> => {
    const { events } = await readCommitted(context, INGEST_KEYSPACE);
    return { events, atMs: performance.now() };
  };
  try {
    let begin = await sample();
    while (begin.events === 0) {
      await Promise.race([delay(50, undefined, { signal: context.signal }), scorers.failed]);
      begin = await sample();
    }
    let last = begin;
    let endedAtMs: number | undefined;
    const asking = ask(context, address, filled.subscribers).finally(() => {
      endedAtMs = performance.now();
    });
    asking.catch(() => undefined);
    // The last sample in which the backlog was not used up tells how long it lasted.
    while (endedAtMs === undefined) {
      await Promise.race([delay(100), scorers.failed]);
      const now = await sample();
      if (now.events > last.events) last = now;
    }
    const result = await asking;
    const coveredShare = Math.min((last.atMs - begin.atMs) / (endedAtMs - begin.atMs), 1);
    return {
      ...result,
      eventsPerSecond: ((last.events - begin.events) * 1_000) / (last.atMs - begin.atMs),
      coveredShare: last.events < filled.events ? 1 : coveredShare,
    };
  } finally {
    scorers.kill();
  }
}

async function untilOk(url: string, signal: AbortSignal): Promise<void> {
  const deadlineMs = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadlineMs) {
    if (
      await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await delay(100, undefined, { signal });
  }
  throw new Error(`${url} is not ready`);
}
