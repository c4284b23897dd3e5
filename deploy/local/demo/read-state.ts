import { NO_COUNTS, parsePartitionRecord } from '../../../services/core/partition/partition-record.ts';
import type { PartitionCounts } from '../../../services/core/partition/partition-record.ts';
import type { OffsetReader } from '../../../services/platform/kafka/offsets.ts';
import type { PartitionStore } from '../../../services/platform/redis/partition-store.ts';
import { TOPICS } from './topics.ts';

/** Where the scorers stand, as Redis and Kafka tell it. */
export interface ScorerState {
  readonly counts: PartitionCounts;
  readonly watermarkMs: number | undefined;
  /** Records of the input log that are not committed yet. */
  readonly lag: number;
  readonly highRisk: number;
  /** Alerts and scores committed but not yet published. */
  readonly outbox: number;
}

export async function readScorerState(
  store: PartitionStore,
  offsets: OffsetReader,
  partitions: number,
): Promise<ScorerState> {
  const bounds = await offsets.allBoundsOf(TOPICS.input);
  const totals: Record<keyof PartitionCounts, number> = { ...NO_COUNTS };
  const watermarks: number[] = [];
  let [lag, highRisk, outbox] = [0, 0, 0];
  for (let partition = 0; partition < partitions; partition++) {
    const { nextOffset, record: text } = await store.readPosition(partition);
    const end = bounds.get(partition)?.endOffset ?? 0n;
    lag += Number(end - (nextOffset ?? bounds.get(partition)?.lowOffset ?? 0n));
    highRisk += await store.countBand(partition, 'high');
    outbox += (await store.readOutbox(partition, 1)).length;
    if (text === undefined) continue;
    const { counts, time } = parsePartitionRecord(text);
    for (const name of Object.keys(totals) as (keyof PartitionCounts)[]) totals[name] += counts[name];
    if (time.watermarkMs !== undefined) watermarks.push(time.watermarkMs);
  }
  const watermarkMs = watermarks.length === 0 ? undefined : Math.min(...watermarks);
  return { counts: totals, watermarkMs, lag, highRisk, outbox };
}
