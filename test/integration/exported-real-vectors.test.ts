import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { holdToRedis } from '../../models/pipeline/hold-to-redis.ts';
import { shippedBundle } from '../../models/pipeline/shipped-bundle.ts';
import type { KnownLabel } from '../../services/core/labels/label-table.ts';
import { createCivilCalendar } from '../../services/core/time/civil-calendar.ts';
import type { Outcome } from '../../services/core/outcome.ts';
import { createPseudonymizer } from '../../services/platform/crypto/pseudonym.ts';
import { openRiskModel } from '../../services/platform/onnx/risk-model.ts';
import { openQuirkBook } from '../../services/simulator/replay/quirks.ts';
import { readChurnLabels, readObservedUsage, readUsageTable } from '../../services/simulator/replay/read-tables.ts';
import { reconstruct } from '../../services/simulator/replay/reconstruct.ts';
import { createUsageShapes } from '../../services/simulator/replay/usage-shapes.ts';
import { areaUnderCurve } from '../support/area-under-curve.ts';
import { exportTopic, scoresOf } from '../support/exported-topic.ts';
import { openInstallation } from '../support/installation.ts';
import { sendRecords } from '../support/installation-log.ts';
import { untilSettled } from '../support/installation-state.ts';
import { startScorer } from '../support/scorer-process.ts';
import { readDataFolder } from './config.ts';

const TIME_ZONE = 'Europe/Vilnius';
/** The end of the last month of which there is usage. */
const AS_OF_MS = Date.parse('2013-09-01T00:00:00+03:00') - 1;
const LABELS_MATURED_AT_MS = Date.parse('2013-10-01T00:00:00+03:00');
const WITHIN_MS = 10 * 60_000;
/** What the card's figure, made of users that the model had not seen, may be above the one here. */
const ALLOWED_LOSS = 0.01;

const root = join(import.meta.dirname, '..', '..');
const folder = readDataFolder();
const skip =
  folder === undefined
    ? 'set CHURN_DATA_DIR to the folder that holds exacaster_mobile_churn/ and exacaster_events_2016/'
    : false;

test(
  'vectors of all real customers exported from the topic are those in Redis; the shipped model ranks them as its card says (smoke check on users it has seen)',
  { skip },
  async (t) => {
    const data = folder ?? '';
    const rows = valueOf(await readUsageTable(data));
    const churn = valueOf(await readChurnLabels(data));
    const shapes = createUsageShapes(valueOf(await readObservedUsage(data)));
    const calendar = createCivilCalendar(TIME_ZONE);
    const pseudonymOf = createPseudonymizer({ keyId: 'test', secret: 'a secret of the tests only' });
    // Everybody is to have a vector, newcomers included.
    const shop = await openInstallation(t, { partitions: 4, policy: { timeZone: TIME_ZONE, warmUpDays: 0 } });
    await Promise.all([startScorer(shop), startScorer(shop)]);
    const quirks = openQuirkBook();
    await sendRecords(
      shop,
      reconstruct(rows, { seed: 1, calendar, shapes, pseudonymOf, markIntervalMs: 3_600_000, quirks }),
    );
    await untilSettled(shop, WITHIN_MS);

    const labels = new Map<string, KnownLabel>(
      churn.map(({ userId, churned }) => [
        pseudonymOf(userId),
        { label: churned ? 1 : 0, maturedAtMs: LABELS_MATURED_AT_MS },
      ]),
    );
    const exported = await exportTopic(shop, [AS_OF_MS], labels);

    assert.deepEqual(await holdToRedis(exported, shop, calendar), {
      equal: labels.size,
      later: 0,
      differing: 0,
      differences: [],
    });

    const bundle = shippedBundle(root);
    const scores = await scoresOf(await openRiskModel(bundle), exported);
    const found = areaUnderCurve(
      exported.map(({ label }) => label === 1),
      scores,
    );
    const card = aucOfCard(bundle);
    t.diagnostic(
      `${exported.length} vectors; AUC on users the model has seen ${found.toFixed(4)}, card ${card.toFixed(4)}`,
    );
    assert.ok(found >= card - ALLOWED_LOSS, `AUC ${found}, the card says ${card}`);
  },
);

/** The cross-validated figure for all users. */
function aucOfCard(bundle: string): number {
  const summary: unknown = JSON.parse(readFileSync(join(bundle, 'training_summary.json'), 'utf8'));
  const auc = ['evaluation', 'all', 'auc'].reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
    summary,
  );
  if (typeof auc !== 'number') throw new TypeError('training_summary.json has no evaluation.all.auc');
  return auc;
}

function valueOf<T>(outcome: Outcome<T, string>): T {
  if (!outcome.ok) throw new Error(outcome.detail);
  return outcome.value;
}
