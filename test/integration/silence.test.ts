import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogRecord } from '../../services/core/events/subscriber-event.ts';
import { openInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { alertsOf, sendRecords } from '../support/installation-log.ts';
import { countsOf, partitionRecordsOf, storedStatesOf, untilSettled } from '../support/installation-state.ts';
import { at, people, regularLife } from '../support/regular-life.ts';
import { startScorer } from '../support/scorer-process.ts';

const EVERYBODY = people(40);

async function tell(shop: Installation, records: readonly LogRecord[]): Promise<void> {
  await sendRecords(shop, records);
  await untilSettled(shop);
}

async function watermarksOf(shop: Installation): Promise<Set<number | undefined>> {
  return new Set((await partitionRecordsOf(shop)).map(({ time }) => time.watermarkMs));
}

test('while all feeds stop nothing is scored, not even by an instance that starts then', async (t) => {
  // Everybody calls once a day: a day without a call of one's own is nothing, two in a row are high risk.
  const shop = await openInstallation(t, { partitions: 4, quietDays: 1 });
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
