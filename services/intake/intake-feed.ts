import type { FeedSource } from './feed-file/feed-schema.ts';
import type { CompiledMapping } from './mapping/map-row.ts';
import type { ProgressRule } from './progress/progress-tracker.ts';

/** A feed, checked and ready to be read. */
export interface IntakeFeed {
  readonly name: string;
  readonly source: FeedSource;
  readonly mapping: CompiledMapping;
  /** Changes when the mapping does. */
  readonly mappingId: string;
  /** What makes a record the one it is; see `mappingIdentity`. */
  readonly identityId: string;
  readonly progress: ProgressRule;
  /** Time that a file is complete through by its name, undefined where it says none. Left out: the rows tell. */
  readonly fileTimeOf: ((name: string) => number | undefined) | undefined;
  readonly quietAfterMs: number | undefined;
  readonly maxRejectShare: number;
  /** Undefined for files. */
  readonly rejectTopic: string | undefined;
  readonly rowsPerSecond: number | undefined;
}
