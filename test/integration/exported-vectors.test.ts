import assert from 'node:assert/strict';
import { fromBinary } from '@bufbuild/protobuf';
import { test } from 'node:test';
import { holdToRedis } from '../../models/pipeline/hold-to-redis.ts';
import { RiskScoreSchema, ScoreCause } from '../../services/contracts/gen/churn/v1/risk_pb.ts';
import { isPartitionMark } from '../../services/core/events/subscriber-event.ts';
import type { LogRecord } from '../../services/core/events/subscriber-event.ts';
import { FEATURE_NAMES } from '../../services/core/features/registry.ts';
import { createCivilCalendar } from '../../services/core/time/civil-calendar.ts';
import { SLOTS_PER_DAY, SLOT_MS, dailySlotOf } from '../../services/core/time/daily-moment.ts';
import { FEATURE_SCHEMA_SHA256, openRiskModel } from '../../services/platform/onnx/risk-model.ts';
import { sharesTimes, smallSimulation } from '../simulator/small-simulation.ts';
import { writeBundle } from '../../models/pipeline/stand-in/bundle-writer.ts';
import { disorderly } from '../support/disorderly-log.ts';
import { exportTopic, scoresOf } from '../support/exported-topic.ts';
import { openInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { recordsOf, sendRecords } from '../support/installation-log.ts';
import { subscribersOf, untilSettled } from '../support/installation-state.ts';
import { randomForest, seededRandom } from '../../models/pipeline/stand-in/random-trees.ts';
import { startScorer } from '../support/scorer-process.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TIME_ZONE = 'Asia/Shanghai';
const START_MS = Date.parse('2026-01-05T00:00:00+08:00');

const simulation = smallSimulation({
  seed: 5,
  subscribers: 60,
  days: 40,
  startMs: START_MS,
  markIntervalMs: 3 * HOUR_MS,
  mechanismShares: sharesTimes(3),
});
const disorder = { seed: 6, shuffledShare: 0.2, withinMs: 6 * DAY_MS, duplicateShare: 0.05 };
/** After all stragglers: nothing is folded behind it. */
const lastAsOfMs = simulation.endMs + DAY_MS;
/** Every moment of the wheel on one day in the midst of it. */
const firstSlot = Math.ceil((START_MS + 33 * DAY_MS) / SLOT_MS);
const moments = Array.from({ length: SLOTS_PER_DAY }, (_, i) => (firstSlot + i) * SLOT_MS);

test('vectors exported from the topic are, bit for bit, those of the states in Redis and of the published scores', async (t) => {
  const shop = await openInstallation(t, { partitions: 3, policy: { timeZone: TIME_ZONE } });
  const model = await writeRandomModel(shop.directory);
  await startScorer(shop, { CHURN_MODEL_DIRECTORY: model });
  await sendRecords(shop, withLastMarks(disorderly(simulation.records(), disorder, () => undefined)));
  await untilSettled(shop);

  const exported = await exportTopic(shop, [...moments, lastAsOfMs]);

  const compared = await holdToRedis(exported, shop, createCivilCalendar(TIME_ZONE));
  const stayed = [...(await subscribersOf(shop)).values()].filter(({ closed }) => closed?.value !== true);
  assert.deepEqual(compared, { equal: stayed.length, later: 0, differing: 0, differences: [] });
  assert.ok(stayed.length > 40, `${stayed.length} subscribers are more than a few`);

  const published = await dailyScoresOf(shop);
  const ofTheDay = exported.filter(({ asOfMs, subscriberId }) => isOwnMoment(asOfMs, subscriberId));
  const scores = await scoresOf(await openRiskModel(model), ofTheDay);
  assert.ok(ofTheDay.length > 40, `${ofTheDay.length} daily moments are more than a few`);
  assert.ok(new Set(scores).size > ofTheDay.length / 2, 'the model tells the vectors apart');
  for (const [i, { subscriberId, vectorAsOfMs }] of ofTheDay.entries()) {
    assert.equal(published.get(`${subscriberId} ${vectorAsOfMs}`), scores[i], `${subscriberId} at ${vectorAsOfMs}`);
  }
});

/** Splits of all sizes: counts, seconds, ratios and bytes lie on both sides of some. */
function writeRandomModel(root: string): Promise<string> {
  const forest = randomForest(seededRandom(8), { trees: 60, leaves: 31, featureCount: FEATURE_NAMES.length });
  const nodes = forest.nodes.map((node) =>
    node.kind === 'branch' ? { ...node, threshold: Math.fround(10 ** (3 * node.threshold)) } : node,
  );
  return writeBundle(root, {
    name: 'random',
    version: '1.0.0',
    featureNames: FEATURE_NAMES,
    featureSchemaSha256: FEATURE_SCHEMA_SHA256,
    forest: { ...forest, nodes },
  });
}

/** The log, and behind it the word of all its feeds that nothing before the last as-of is still to come. */
function* withLastMarks(records: Iterable<LogRecord>): Generator<LogRecord> {
  const marks = new Map<string, LogRecord>();
  for (const record of records) {
    if (isPartitionMark(record)) marks.set(record.feed, record);
    yield record;
  }
  for (const [feed, mark] of marks) {
    yield {
      ...mark,
      eventId: `last-${feed}`,
      subscriberId: '',
      occurredAtMs: lastAsOfMs,
      body: { type: 'feed_progress', feed, completeThroughMs: lastAsOfMs },
    };
  }
}

function isOwnMoment(asOfMs: number, subscriberId: string): boolean {
  return asOfMs < lastAsOfMs && (asOfMs / SLOT_MS) % SLOTS_PER_DAY === dailySlotOf(subscriberId);
}

/** Published scores of daily moments by subscriber and as-of. */
async function dailyScoresOf(shop: Installation): Promise<Map<string, number>> {
  const scores = new Map<string, number>();
  for (const { value } of await recordsOf(shop, shop.topics.score)) {
    if (value === null) continue;
    const { subscriberId, asOfMs, riskScore, cause } = fromBinary(RiskScoreSchema, value);
    if (cause === ScoreCause.DAILY) scores.set(`${subscriberId} ${asOfMs}`, riskScore);
  }
  return scores;
}
