import type { FeedCounts } from './start-feed.ts';

/** What each part says of the same run, and whether it agrees. */
export interface Books extends FeedCounts {
  readonly folded: number;
  readonly duplicates: number;
  readonly late: number;
  readonly parked: number;
  /** Different records of the input log on the dead-letter topic. */
  readonly deadLetters: number;
  readonly subscribers: number;
  readonly scored: number;
  readonly episodes: number;
  /** Different alert ids on the alert topic. */
  readonly alerts: number;
  /** Different work orders created on the work-order topic. */
  readonly workOrdersOnTopic: number;
  readonly workOrdersOverHttp: number;
}

/** What does not add up, for people; empty when all does. */
export function imbalancesOf(books: Books): readonly string[] {
  const accounted = books.folded + books.duplicates + books.late + books.parked;
  const imbalances: string[] = [];
  const expectEqual = (what: string, found: number, expected: number): void => {
    if (found !== expected) imbalances.push(`${what}: ${found}, expected ${expected}`);
  };
  expectEqual('sent + rejected against events fed', books.eventsSent + books.rejected, books.eventsFed);
  expectEqual('folded + duplicates + late + parked against events sent', accounted, books.eventsSent);
  expectEqual('records on the dead-letter topic against late + parked', books.deadLetters, books.late + books.parked);
  expectEqual('alerts on the topic against episodes', books.alerts, books.episodes);
  expectEqual('work orders on the topic against alerts', books.workOrdersOnTopic, books.alerts);
  expectEqual('work orders over HTTP against alerts', books.workOrdersOverHttp, books.alerts);
  return imbalances;
}
