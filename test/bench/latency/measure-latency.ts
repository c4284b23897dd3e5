import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Type } from 'typebox';
import { decodeRiskAlert } from '../../../services/contracts/risk.ts';
import { openOffsetReader } from '../../../services/platform/kafka/offsets.ts';
import { runConsumer } from '../../../services/platform/kafka/consumer.ts';
import type { PartitionConsumer } from '../../../services/platform/kafka/partition-consumer.ts';
import type { IncomingRecord } from '../../../services/platform/kafka/record.ts';
import { lagOf, readCommitted, startScorers, untilDrained } from '../chain/scorers.ts';
import { ALERTS_POLICY, PARTITIONS, dropTopics, makeTopics, nameTopics } from '../harness/bench-context.ts';
import type { BenchContext } from '../harness/bench-context.ts';
import { startChild } from '../harness/child.ts';
import { latencyOf } from '../harness/measured.ts';
import type { Latency } from '../harness/measured.ts';
import { createZipfWorkload, numberOfEvent } from '../workload/zipf-workload.ts';

/** From the intended time of an event to its score or alert being in a reader's hands, at one rate. */
export interface LatencyFigures {
  /** Of the sustainable rate. */
  readonly share: number;
  readonly eventsPerSecond: number;
  readonly seconds: number;
  readonly policyFile: string;
  /** Complaints: each brings a score that is published. */
  readonly score: Latency;
  /** Alerts that an event brought about. Those of the daily moments have no event to count from. */
  readonly alert: Latency;
  /** Complaints of the measured time whose score never came. */
  readonly missing: number;
  /** By how much the records not yet committed grew per second, by least squares. */
  readonly lagSlopePerSecond: number;
  readonly lagAtEnd: number;
  /** Whether the lag did not grow by more than 1 % of the rate, nor stood above a second's worth at the end. */
  readonly sustained: boolean;
  /** The most that the source itself was behind; contained in the latencies. */
  readonly sourceMostBehindMs: number;
}

const COMPLAINT_SHARE = 0.01;
const LAG_EVERY_MS = 250;
/** For what is published already to be in the readers' hands. */
const ARRIVE_WITHIN_MS = 30_000;

const Ready = Type.Object({ type: Type.Literal('ready'), complaints: Type.Array(Type.Number()) });
const Sent = Type.Object({ type: Type.Literal('sent'), mostBehindMs: Type.Number() });

/**
 * Open loop: the source keeps its times whatever the service does, and latency counts from the intended time, so that a
 * stall counts for everyone whom it would have kept waiting.
 */
export async function measureLatency(
  context: BenchContext,
  setup: { readonly share: number; readonly sustainable: number; readonly scorers: number },
): Promise<LatencyFigures> {
  const { options, kafka, redis, stack } = context;
  const { share, scorers: scorerCount } = setup;
  const eventsPerSecond = Math.max(Math.round(setup.sustainable * share), 1);
  const { warmUpSeconds, windowSeconds, subscribers } = options;
  const exponent = options.keys === 'zipf' ? 1 : 0;
  const live = eventsPerSecond * (warmUpSeconds + windowSeconds);
  const workload = { events: subscribers + live, subscribers, partitions: PARTITIONS, exponent };
  const { liveFromMs, eventIntervalMs } = createZipfWorkload(workload);

  const topics = nameTopics();
  await makeTopics(kafka, topics);
  await redis.flushdb();
  const argument = {
    brokers: stack.brokers,
    topic: topics.input,
    eventsPerSecond,
    workload: { ...workload, complaintShare: COMPLAINT_SHARE },
  };
  const load = startChild(join(import.meta.dirname, 'load.process.ts'), argument, context.signal);
  const scorers = await startScorers(context, { topics, policyFile: ALERTS_POLICY, keyspace: '' }, scorerCount);
  const readers: PartitionConsumer[] = [];
  try {
    const { complaints } = await load.next(Ready);
    // Both by place: how many live events stand before the one that brought it about.
    const scoredAtMs = new Map<number, number>();
    const alertedAtMs = new Map<number, number>();
    readers.push(
      read(context, topics.score, ({ headers }, nowMs) => {
        const eventId = /\.care\.(\w+)$/.exec(headers['ce_id']?.toString() ?? '')?.[1];
        if (eventId === undefined) return;
        const place = numberOfEvent(eventId) - subscribers;
        if (!scoredAtMs.has(place)) scoredAtMs.set(place, nowMs);
      }),
      read(context, topics.alert, ({ value }, nowMs) => {
        const alert = value === null ? undefined : decodeRiskAlert(value);
        if (alert?.ok !== true || alert.value.score.cause === 'daily') return;
        // Live events are evenly spaced in event time, and an alert is as of the event that brought it about.
        const place = Math.round((alert.value.score.asOfMs - liveFromMs) / eventIntervalMs);
        if (!alertedAtMs.has(place)) alertedAtMs.set(place, nowMs);
      }),
    );
    await untilDrained(context, scorers, topics.input, '');
    while (!(await scorers.areReady()) || !readers.every((reader) => reader.isJoined())) {
      await Promise.race([delay(100, undefined, { signal: context.signal }), scorers.failed]);
    }

    const startAtMs = clockMs() + 500;
    const fromPlace = eventsPerSecond * warmUpSeconds;
    load.tell({ startAtMs });
    const sent = load.next(Sent);
    const lags = await Promise.race([
      watchLag(context, topics.input, startAtMs + warmUpSeconds * 1_000, windowSeconds),
      scorers.failed,
    ]);
    const { mostBehindMs } = await sent;
    const wanted = complaints.filter((place) => place >= fromPlace);
    // A rate that was not sustained has left a backlog, whose scores are late and not missing.
    await untilDrained(context, scorers, topics.input, '');
    await untilArrived(wanted, scoredAtMs);
    const sinceIntended = (place: number, atMs: number): number =>
      atMs - (startAtMs + (place * 1_000) / eventsPerSecond);
    const slope = slopePerSecond(lags);
    const lagAtEnd = lags.at(-1)?.lag ?? 0;
    return {
      share,
      eventsPerSecond,
      seconds: windowSeconds,
      policyFile: ALERTS_POLICY,
      score: latencyOf(wanted.flatMap((place) => latencyAt(place, scoredAtMs, sinceIntended))),
      alert: latencyOf(
        [...alertedAtMs.keys()]
          .filter((place) => place >= fromPlace)
          .flatMap((place) => latencyAt(place, alertedAtMs, sinceIntended)),
      ),
      missing: wanted.filter((place) => !scoredAtMs.has(place)).length,
      lagSlopePerSecond: Math.round(slope),
      lagAtEnd,
      sustained: slope <= eventsPerSecond * 0.01 && lagAtEnd <= eventsPerSecond,
      sourceMostBehindMs: Math.round(mostBehindMs * 10) / 10,
    };
  } finally {
    load.end();
    scorers.kill();
    await Promise.all(readers.map((reader) => reader.stop()));
    await dropTopics(kafka, topics);
  }
}

/** One clock for the source and the readers, which are processes of one machine; finer than Date.now(). */
function clockMs(): number {
  return performance.timeOrigin + performance.now();
}

function read(
  { kafka }: BenchContext,
  topic: string,
  onRecord: (record: IncomingRecord, nowMs: number) => void,
): PartitionConsumer {
  return runConsumer({
    ...kafka,
    groupId: `bench-${randomUUID()}`,
    topic,
    handleBatch({ records }) {
      const nowMs = clockMs();
      for (const record of records) onRecord(record, nowMs);
      return Promise.resolve();
    },
    onStateChange: () => undefined,
  });
}

function latencyAt(
  place: number,
  arrived: ReadonlyMap<number, number>,
  sinceIntended: (place: number, atMs: number) => number,
): number[] {
  const atMs = arrived.get(place);
  return atMs === undefined ? [] : [sinceIntended(place, atMs)];
}

interface LagSample {
  readonly atMs: number;
  readonly lag: number;
}

async function watchLag(
  context: BenchContext,
  topic: string,
  fromMs: number,
  seconds: number,
): Promise<readonly LagSample[]> {
  const samples: LagSample[] = [];
  const offsets = await openOffsetReader(context.kafka);
  await delay(Math.max(fromMs - clockMs(), 0), undefined, { signal: context.signal });
  while (clockMs() < fromMs + seconds * 1_000) {
    const committed = await readCommitted(context, '');
    samples.push({ lag: lagOf(await offsets.allBoundsOf(topic), committed), atMs: clockMs() });
    await delay(LAG_EVERY_MS, undefined, { signal: context.signal });
  }
  await offsets.close();
  return samples;
}

function slopePerSecond(samples: readonly LagSample[]): number {
  if (samples.length < 2) return Number.NaN;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanAtMs, meanLag] = [mean(samples.map(({ atMs }) => atMs)), mean(samples.map(({ lag }) => lag))];
  let [together, spread] = [0, 0];
  for (const { atMs, lag } of samples) {
    together += (atMs - meanAtMs) * (lag - meanLag);
    spread += (atMs - meanAtMs) ** 2;
  }
  return (together / spread) * 1_000;
}

async function untilArrived(wanted: readonly number[], arrived: ReadonlyMap<number, number>): Promise<void> {
  const deadlineMs = performance.now() + ARRIVE_WITHIN_MS;
  while (performance.now() < deadlineMs && wanted.some((place) => !arrived.has(place))) await delay(100);
}
