import type { Readable } from 'node:stream';
import { createFeedRun } from './feed-run.ts';
import type { FeedEnd, FeedRun, IntakeOutput } from './feed-run.ts';
import { openBooks } from './feed-books.ts';
import type { FeedBooks } from './feed-books.ts';
import type { IntakeFeed } from './intake-feed.ts';
import { StoppedError } from './keep-trying.ts';
import type { FeedLease } from './positions/feed-lease.ts';
import type { FilePositions } from './positions/file-positions.ts';
import type { TopicPositions } from './positions/topic-positions.ts';
import { runFileFeed, toFileSource } from './run-file-feed.ts';
import { runStdinFeed } from './run-stdin-feed.ts';
import { runTopicFeed } from './run-topic-feed.ts';
import type { TopicFeedDeps } from './run-topic-feed.ts';
import { messageOf } from './topic-failures.ts';

/** What the kinds of sources need, by feed. */
export interface SourcePorts {
  readonly stdin: Readable;
  leaseOf(feed: string): FeedLease;
  filePositionsOf(feed: string): FilePositions;
  topicPositionsOf(feed: string, topic: string): TopicPositions;
  readonly boundsOf: TopicFeedDeps['boundsOf'];
  readonly startConsumer: TopicFeedDeps['startConsumer'];
  readonly failingLimitMs: number;
  partOf(feed: string): TopicFeedDeps['part'];
}

/** A feed that is being read. */
export interface RunningFeed {
  readonly books: FeedBooks;
  /** Resolves when the feed ends; its books then say how. Never rejects. */
  readonly ended: Promise<FeedEnd>;
}

/** Reads one feed to its end. Whatever befalls it, other feeds go on. */
export function startFeed(feed: IntakeFeed, output: IntakeOutput, ports: SourcePorts, stop: AbortSignal): RunningFeed {
  const { log, clock, metrics } = output;
  const books = openBooks(feed.name, clock.nowMs());
  const run = createFeedRun(feed, books, output);
  metrics.stateIs(feed.name, books.state);

  async function toItsEnd(): Promise<FeedEnd> {
    const end = await readSource(run, ports, stop).catch((error: unknown): FeedEnd => {
      if (error instanceof StoppedError) return { kind: 'aborted' };
      log.error({ feed: feed.name, err: error }, 'feed fails');
      return { kind: 'stopped', why: messageOf(error) };
    });
    books.endedAtMs = clock.nowMs();
    if (end.kind === 'stopped') {
      books.stoppedBecause = end.why;
      log.error({ feed: feed.name, why: end.why }, 'feed stops: it needs somebody to look at it');
    }
    if (end.kind !== 'aborted') run.setState(end.kind);
    return end;
  }
  return { books, ended: toItsEnd() };
}

function readSource(run: FeedRun, ports: SourcePorts, stop: AbortSignal): Promise<FeedEnd> {
  const { feed } = run;
  const { source } = feed;
  switch (source.type) {
    case 'stdin':
      return runStdinFeed(run, ports.stdin, stop);
    case 'topic': {
      const { topic, groupId = `churn-intake-${feed.name}` } = source;
      const positions = ports.topicPositionsOf(feed.name, topic);
      return runTopicFeed(run, { ...ports, topic, groupId, positions, part: ports.partOf(feed.name) }, stop);
    }
    default: {
      const deps = { lease: ports.leaseOf(feed.name), positions: ports.filePositionsOf(feed.name) };
      return runFileFeed(run, toFileSource(source), deps, stop);
    }
  }
}
