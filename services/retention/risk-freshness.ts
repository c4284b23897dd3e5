import type { FeedHealth, PartitionHealth, RiskAnswer } from './risk-reader.ts';

export const stalenessCauses = ['no_watermark', 'feed_behind', 'log_behind'] as const;
export type StalenessCause = (typeof stalenessCauses)[number];

/** One cause for which an answer must not be taken as today's, for machines and for whoever speaks with the customer. */
export interface StaleNotice {
  readonly cause: StalenessCause;
  /** The feed that is behind; undefined where it is not one feed's doing. */
  readonly feed: string | undefined;
  /** Nothing is known to be complete since then; undefined where nothing ever was. */
  readonly sinceMs: number | undefined;
  readonly textEn: string;
  readonly textZh: string;
}

/**
 * Why an answer must not be taken as today's; empty when it is fresh. Time in the log cannot tell that the log itself
 * has stopped: that takes the clock, here at the edge, where it decides about nothing else.
 */
export function staleNoticesOf(
  { score, health }: Pick<RiskAnswer, 'score' | 'health'>,
  nowMs: number,
): readonly StaleNotice[] {
  const notices: StaleNotice[] = [];
  const { watermarkMs, feeds, staleAfterMs, timeZone } = health;
  if (watermarkMs === undefined) {
    notices.push({
      cause: 'no_watermark',
      feed: undefined,
      sinceMs: undefined,
      textEn: 'No feed has said yet how far it is complete: silence cannot be told from missing data.',
      textZh: '尚无数据源说明其数据已完整到何时：无法区分客户沉默与数据缺失。',
    });
  }
  const frontMs = frontOf(health);
  if (frontMs !== undefined && nowMs - frontMs > staleAfterMs) {
    const since = localTime(frontMs, timeZone);
    notices.push({
      cause: 'log_behind',
      feed: undefined,
      sinceMs: frontMs,
      textEn: `All feeds are stale since ${since}: this tells how things stood then, not today.`,
      textZh: `所有数据源自 ${since} 起均无更新：此结果反映的是当时情况，而非今天。`,
    });
  }
  // Those that were behind when the score was made, also where they are no more.
  const behind = new Set(score.staleFeeds);
  for (const { feed, isStale } of feeds) if (isStale) behind.add(feed);
  for (const feed of [...behind].toSorted()) {
    notices.push(
      feedNotice(
        feed,
        feeds.find((known) => known.feed === feed),
        timeZone,
      ),
    );
  }
  return notices;
}

/** The causes of the notices, each once. */
export function stalenessOf(notices: readonly StaleNotice[]): StalenessCause[] {
  return stalenessCauses.filter((cause) => notices.some((notice) => notice.cause === cause));
}

/** How far the most advanced feed has come. */
function frontOf({ watermarkMs, feeds }: PartitionHealth): number | undefined {
  const known = [watermarkMs, ...feeds.map(({ completeThroughMs }) => completeThroughMs)];
  const instants = known.filter((instantMs) => instantMs !== undefined);
  return instants.length === 0 ? undefined : Math.max(...instants);
}

function feedNotice(feed: string, health: FeedHealth | undefined, timeZone: string): StaleNotice {
  const sinceMs = health?.completeThroughMs;
  const since = sinceMs === undefined ? undefined : localTime(sinceMs, timeZone);
  return {
    cause: 'feed_behind',
    feed,
    sinceMs,
    textEn:
      since === undefined
        ? `Feed ${feed} is stale, it has not reported yet: what it has not delivered looks like silence.`
        : `Feed ${feed} is stale since ${since}: what it has not delivered since looks like silence.`,
    textZh:
      since === undefined
        ? `数据源 ${feed} 尚未上报：缺少的数据看起来会像客户沉默。`
        : `数据源 ${feed} 自 ${since} 起数据滞后：缺少的数据看起来会像客户沉默。`,
  };
}

/** As "2026-10-20 12:00 (Asia/Shanghai)". */
function localTime(instantMs: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return `${format.format(instantMs)} (${timeZone})`;
}
