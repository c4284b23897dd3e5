import { toSummary } from './feed-books.ts';
import type { FeedBooks, FeedSummary } from './feed-books.ts';
import type { IntakeOutput } from './feed-run.ts';
import type { IntakeFeed } from './intake-feed.ts';
import { startFeed } from './run-feed.ts';
import type { SourcePorts } from './run-feed.ts';

export interface RunningIntake {
  readonly books: readonly FeedBooks[];
  /** Resolves when every feed has ended. */
  readonly ended: Promise<readonly FeedSummary[]>;
  /** Resolves `ended` now, whatever is still under way. */
  readonly giveUp: () => void;
}

/** Reads all feeds side by side. `stop` ends each after what is under way has been acknowledged. */
export function runIntake(
  feeds: readonly IntakeFeed[],
  output: IntakeOutput,
  ports: SourcePorts,
  stop: AbortSignal,
): RunningIntake {
  const running = feeds.map((feed) => startFeed(feed, output, ports, stop));
  const books = running.map((feed) => feed.books);
  const givenUp = Promise.withResolvers<undefined>();
  const allEnded = Promise.all(running.map(({ ended }) => ended));
  return {
    books,
    ended: Promise.race([allEnded, givenUp.promise]).then(() =>
      books.map((feed) => toSummary(feed, output.clock.nowMs())),
    ),
    giveUp: () => {
      givenUp.resolve(undefined);
    },
  };
}
