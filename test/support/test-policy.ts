/** What a test may state of the policy; the rest is below. */
export interface PolicyChanges {
  readonly timeZone?: string;
  readonly requiredFeeds?: readonly string[];
  readonly latenessLimitDays?: number;
  readonly staleAfterHours?: number;
  readonly warmUpDays?: number;
  readonly suppressAfterOutcomeDays?: number;
}

/** A policy file's content: one hour between scores, two days of warm-up, three hours until a feed is stale. */
export function testPolicy(changes: PolicyChanges): object {
  return {
    version: 'test/1',
    timeZone: changes.timeZone ?? 'UTC',
    time: {
      requiredFeeds: changes.requiredFeeds ?? [],
      disorderHours: 1,
      latenessLimitDays: changes.latenessLimitDays ?? 7,
      staleAfterHours: changes.staleAfterHours ?? 3,
    },
    scoring: { minimumIntervalHours: 1, warmUpDays: changes.warmUpDays ?? 2 },
    bands: { medium: { enter: 0.3, exit: 0.25 }, high: { enter: 0.6, exit: 0.55 }, coolDownDays: 7 },
    episodes: { suppressAfterOutcomeDays: changes.suppressAfterOutcomeDays ?? 30 },
    reasons: { limit: 5 },
  };
}
