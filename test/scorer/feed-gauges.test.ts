import assert from 'node:assert/strict';
import { test } from 'node:test';
import { START_OF_TIME, advanceByProgress } from '../../services/core/time/partition-time.ts';
import type { PartitionTime } from '../../services/core/time/partition-time.ts';
import { createMetrics } from '../../services/platform/telemetry/metrics.ts';
import { createFeedGauges } from '../../services/scorer/feed-gauges.ts';

const policy = { requiredFeeds: [], disorderMs: 0, latenessLimitMs: 1e9, staleAfterMs: 3_000 };

function timeOf(feeds: Readonly<Record<string, number>>): PartitionTime {
  return Object.entries(feeds).reduce(
    (time, [feed, completeThroughMs]) => advanceByProgress(time, feed, completeThroughMs, policy),
    START_OF_TIME,
  );
}

function openGauges(requiredFeeds: readonly string[] = []) {
  const metrics = createMetrics();
  const gauges = createFeedGauges(metrics, { ...policy, requiredFeeds });
  /** Lines of the feeds' metrics, without their common beginning. */
  const shown = async (): Promise<string[]> => {
    const { text } = await metrics.render();
    const lines = text.split('\n').filter((line) => line.startsWith('churn_feed_'));
    return lines.map((line) => line.replace('churn_feed_', '')).toSorted();
  };
  return { gauges, shown };
}

test('a feed is shown as far as it has come anywhere, with the partitions in which it is behind', async () => {
  const { gauges, shown } = openGauges();
  gauges.note(0, timeOf({ voice: 10_000, data: 10_000 }));
  gauges.note(1, timeOf({ voice: 6_000, data: 11_000 }));
  gauges.note(2, timeOf({ voice: 7_000, data: 10_000 }));
  assert.deepEqual(await shown(), [
    'complete_through_seconds{feed="data"} 11',
    'complete_through_seconds{feed="voice"} 10',
    'stale_after_seconds 3',
    'stale_partitions{feed="data"} 0',
    'stale_partitions{feed="voice"} 1',
  ]);
  gauges.note(1, timeOf({ voice: 11_000, data: 11_000 }));
  assert.ok((await shown()).includes('stale_partitions{feed="voice"} 0'));
});

test('partitions that are given away are not told of any more, how far a feed came is', async () => {
  const { gauges, shown } = openGauges();
  gauges.note(0, timeOf({ voice: 1_000, data: 10_000 }));
  gauges.forgetPartitions();
  assert.deepEqual(await shown(), [
    'complete_through_seconds{feed="data"} 10',
    'complete_through_seconds{feed="voice"} 1',
    'stale_after_seconds 3',
  ]);
  gauges.note(3, timeOf({ voice: 2_000, data: 10_000 }));
  assert.ok((await shown()).includes('stale_partitions{feed="voice"} 1'));
});

test('a required feed that never reported is behind wherever others have come', async () => {
  const { gauges, shown } = openGauges(['care', 'voice']);
  gauges.note(0, timeOf({ voice: 10_000 }));
  gauges.note(1, timeOf({ voice: 10_000 }));
  assert.ok((await shown()).includes('stale_partitions{feed="care"} 2'));
});
