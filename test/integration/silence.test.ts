import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogRecord } from '../../services/core/events/subscriber-event.ts';
import { SLOT_MS, dailySlotOf } from '../../services/core/time/daily-moment.ts';
import { openInstallation } from '../support/installation.ts';
import type { Installation, TestEnd } from '../support/installation.ts';
import { alertsOf, publishedById, sendRecords } from '../support/installation-log.ts';
import {
  countsOf,
  partitionRecordsOf,
  storedStatesOf,
  subscribersOf,
  untilSettled,
} from '../support/installation-state.ts';
import { at, people, regularLife } from '../support/regular-life.ts';
import { startScorer } from '../support/scorer-process.ts';
import { SILENT_SCORE } from '../../models/pipeline/stand-in/silence-model.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EVERYBODY = people(40);

/** Everybody calls once a day: a day without a call of one's own is nothing, two in a row are high risk. */
function openShop(t: TestEnd): Promise<Installation> {
  return openInstallation(t, { partitions: 4, quietDays: 1 });
}

async function tell(shop: Installation, records: readonly LogRecord[]): Promise<void> {
  await sendRecords(shop, records);
  await untilSettled(shop);
}

async function watermarksOf(shop: Installation): Promise<Set<number | undefined>> {
  return new Set((await partitionRecordsOf(shop)).map(({ time }) => time.watermarkMs));
}

// At 20:00 the feed counts as stale before midnight; at 21:00 midnight comes first, and silence is counted in days.
for (const hour of [20, 21]) {
  test(`a feed that stops at ${hour}:00 for six hours warns of nobody, and work goes on by itself after it`, async (t) => {
    const shop = await openShop(t);
    await startScorer(shop);
    const life = { subscriberIds: EVERYBODY };
    await tell(shop, regularLife({ ...life, fromMs: at(0), toMs: at(4, hour) }));
    const before = await countsOf(shop);
    const dailyBefore = await dailyScoresOf(shop);
    assert.ok(dailyBefore > 0);

    // The evening's calls are missing, and midnight makes a second day without them.
    const outage = regularLife({ ...life, fromMs: at(4, hour), toMs: at(4, hour + 6) });
    await tell(
      shop,
      outage.filter(({ feed }) => feed !== 'voice'),
    );

    const during = await countsOf(shop);
    const seen = [...(await subscribersOf(shop)).values()];
    assert.ok(during.scored >= before.scored + 5 * EVERYBODY.length, 'the other feed still brings scores about');
    assert.equal(await dailyScoresOf(shop), dailyBefore, 'but the wheel stands still');
    assert.ok(
      seen.every(({ risk }) => Math.abs((risk.riskScore ?? 0) - SILENT_SCORE) < 1e-6),
      'everybody looks silent',
    );
    assert.ok(seen.every(({ risk }) => risk.band === 'low' && risk.episode === 0));
    assert.deepEqual(await watermarksOf(shop), new Set([at(4, hour)]), 'nothing is known to be complete since');

    await tell(
      shop,
      outage.filter(({ feed }) => feed === 'voice'),
    );
    await tell(shop, regularLife({ ...life, fromMs: at(4, hour + 6), toMs: at(7) }));

    assert.deepEqual(await watermarksOf(shop), new Set([at(7)]));
    // The wheel makes up for the moments of the outage, once for each.
    const moments = EVERYBODY.map((id) => momentsWithin(id, at(4, hour), at(7))).reduce((a, b) => a + b);
    assert.equal((await dailyScoresOf(shop)) - dailyBefore, moments);
    assert.ok([...(await subscribersOf(shop)).values()].every(({ risk }) => (risk.riskScore ?? 1) < 0.1));
    assert.equal((await countsOf(shop)).episodes, 0);
    assert.deepEqual(await alertsOf(shop), []);
  });
}

test('while all feeds stop nothing is scored, not even by an instance that starts then', async (t) => {
  const shop = await openShop(t);
  const first = await startScorer(shop);
  const life = { subscriberIds: EVERYBODY };
  await tell(shop, regularLife({ ...life, fromMs: at(0), toMs: at(4, 20) }));
  const before = { records: await partitionRecordsOf(shop), states: await storedStatesOf(shop) };

  await startScorer(shop);
  await first.stop();

  assert.deepEqual({ records: await partitionRecordsOf(shop), states: await storedStatesOf(shop) }, before);

  await tell(shop, regularLife({ ...life, fromMs: at(4, 20), toMs: at(6) }));
  assert.deepEqual(await watermarksOf(shop), new Set([at(6)]));
  assert.equal((await countsOf(shop)).episodes, 0);
  assert.deepEqual(await alertsOf(shop), []);
});

test('whoever stops while others go on is scored by the wheel within a day, and nobody else is warned of', async (t) => {
  const shop = await openShop(t);
  await startScorer(shop);
  const gone = EVERYBODY[7] ?? '';
  const others = EVERYBODY.filter((id) => id !== gone);
  await tell(shop, regularLife({ subscriberIds: EVERYBODY, fromMs: at(0), toMs: at(4) }));

  // No event of any kind names the one who is gone from here on.
  for (let day = 4; day < 7; day++) {
    await tell(shop, regularLife({ subscriberIds: others, fromMs: at(day), toMs: at(day + 1) }));
    const state = (await subscribersOf(shop)).get(gone);
    assert.ok(state);
    assert.ok(at(day + 1) - state.lastScoredAtMs <= DAY_MS + SLOT_MS, `not scored for a day at the end of day ${day}`);
    assert.equal(state.risk.band, day < 5 ? 'low' : 'high');
  }

  const [alert, ...more] = await alertsOf(shop);
  assert.deepEqual(more, []);
  assert.equal(alert?.score.subscriberId, gone);
  assert.equal(alert.score.cause, 'daily');
  // The last call was on day 3: two days without one are over when day 5 begins.
  assert.equal(alert.score.asOfMs, at(5) + dailySlotOf(gone) * SLOT_MS);
  const states = await subscribersOf(shop);
  assert.ok(others.every((id) => states.get(id)?.risk.band === 'low' && states.get(id)?.risk.episode === 0));
});

/** Scores that the wheel brought about so far. */
async function dailyScoresOf(shop: Installation): Promise<number> {
  const ids = [...(await publishedById(shop, shop.topics.score)).keys()];
  return ids.filter((id) => id.includes('.daily.')).length;
}

/** Daily moments of a subscriber after one instant, up to and including another. */
function momentsWithin(subscriberId: string, afterMs: number, throughMs: number): number {
  const offsetMs = dailySlotOf(subscriberId) * SLOT_MS;
  return Math.floor((throughMs - offsetMs) / DAY_MS) - Math.floor((afterMs - offsetMs) / DAY_MS);
}
