import { openBooks } from '../../services/intake/feed-books.ts';
import { createFeedRun } from '../../services/intake/feed-run.ts';
import type { FeedEnd } from '../../services/intake/feed-run.ts';
import type { IntakeFeed } from '../../services/intake/intake-feed.ts';
import { createIntakeMetrics } from '../../services/intake/intake-metrics.ts';
import type { PartitionRecord, TopicPositions } from '../../services/intake/positions/topic-positions.ts';
import { runTopicFeed } from '../../services/intake/run-topic-feed.ts';
import type { TopicFeedDeps } from '../../services/intake/run-topic-feed.ts';
import type { LogBounds } from '../../services/platform/kafka/offsets.ts';
import type { OutgoingRecord } from '../../services/platform/kafka/record.ts';
import { createPartBoard } from '../../services/platform/process/part-board.ts';
import { createMetrics } from '../../services/platform/telemetry/metrics.ts';
import { numberFeed, silentLog, toRow } from './fake-feed.ts';

export const SOURCE = 'calls';
export const FAILING_LIMIT_MS = 60_000;
type ConsumerSide = Parameters<TopicFeedDeps['startConsumer']>[0];

/** A feed of one topic in memory: its consumer is played by the test. */
export interface TopicShop {
  readonly consumer: ConsumerSide;
  readonly stored: Map<number, { nextOffset: bigint; record: PartitionRecord }>;
  /** What the broker holds. */
  readonly log: OutgoingRecord[];
  readonly bounds: Map<number, LogBounds>;
  /** Lines about the feed, and why it is not ready. */
  readonly lines: string[];
  readonly notReady: () => readonly string[];
  /** Set: the next send fails with it. */
  failure: Error | undefined;
  /** Hands rows over as the consumer does: position, batch, position. */
  hand(partition: number, from: number, indexes: readonly number[]): Promise<void>;
  /** Time passes until the marks have been looked at. */
  look(): Promise<void>;
  /** Of the host: what it said is said again. */
  setClockBack(byMs: number): void;
  readonly ended: Promise<FeedEnd>;
  stop(): Promise<FeedEnd>;
}

export function openTopicShop(rejectsDirectory: string, changes: Partial<IntakeFeed> = {}): TopicShop {
  const feed = numberFeed({ source: { type: 'topic', topic: SOURCE }, ...changes });
  const lines: string[] = [];
  const board = createPartBoard({
    error: (fields: object) => void lines.push('cause' in fields ? String(fields.cause) : ''),
    info: () => void lines.push('back'),
  });
  const stopping = new AbortController();
  const stored: TopicShop['stored'] = new Map();
  const sleepers: (() => void)[] = [];
  let [nowMs, markMs]: [number, number | undefined] = [Date.UTC(2026, 5, 1), undefined];
  const log: OutgoingRecord[] = [];
  const bounds = new Map<number, LogBounds>([[0, { lowOffset: 0n, endOffset: 0n }]]);
  const positions: TopicPositions = {
    read: (partition) => Promise.resolve(stored.get(partition)),
    advance(partition, nextOffset, record) {
      stored.set(partition, { nextOffset, record });
      return Promise.resolve();
    },
    readMark: () => Promise.resolve(markMs),
    raiseMark(completeThroughMs) {
      markMs = completeThroughMs;
      return Promise.resolve();
    },
  };
  const run = createFeedRun(feed, openBooks(feed.name, 0), {
    topic: 'input',
    partitions: 1,
    send(records) {
      const { failure } = shop;
      shop.failure = undefined;
      if (failure !== undefined) return Promise.reject(failure);
      log.push(...records);
      return Promise.resolve();
    },
    encode: (record) => Buffer.from(JSON.stringify(record)),
    rejectsDirectory,
    keepTrying: (_, attempt) => attempt(),
    metrics: createIntakeMetrics(createMetrics()),
    log: silentLog,
    clock: {
      nowMs: () => nowMs,
      sleep: (_, signal) =>
        new Promise((resolve) => {
          sleepers.push(resolve);
          signal.addEventListener('abort', () => {
            resolve();
          });
        }),
    },
    showState: (name, state, why) => {
      if (why === undefined) board.part(`feed ${name}`, 'trying again').up(state);
    },
  });
  let settings: ConsumerSide | undefined;
  const ended = runTopicFeed(
    run,
    {
      topic: SOURCE,
      groupId: 'g',
      positions,
      boundsOf: () => Promise.resolve(new Map(bounds)),
      startConsumer(given) {
        settings = given;
        return {
          isJoined: () => true,
          health: () => {
            throw new Error('nobody asks');
          },
          stop: () => Promise.resolve(),
        };
      },
      part: board.part(`feed ${feed.name}`, 'trying again'),
      failingLimitMs: FAILING_LIMIT_MS,
    },
    stopping.signal,
  );
  if (settings === undefined) throw new Error('no consumer was started');
  const consumer = settings;
  const shop: TopicShop = {
    consumer,
    stored,
    log,
    bounds,
    lines,
    notReady: () => board.notReady(),
    failure: undefined,
    async hand(partition, from, indexes) {
      await consumer.positions?.read(partition);
      const records = indexes.map((index, at) => ({
        offset: BigInt(from + at),
        key: null,
        value: Buffer.from(toRow(index, index < 0)),
        headers: {},
        timestampMs: 0,
      }));
      await consumer.handleBatch({ partition, records, heartbeat: () => Promise.resolve() });
      await consumer.positions?.write(partition, BigInt(from + indexes.length), '');
    },
    async look() {
      nowMs += 10_000;
      for (const wake of sleepers.splice(0)) wake();
      // The look goes through a few promises.
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    },
    setClockBack(byMs) {
      nowMs -= byMs;
    },
    ended,
    stop() {
      stopping.abort();
      return ended;
    },
  };
  return shop;
}
