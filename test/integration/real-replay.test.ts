import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCivilCalendar } from '../../services/core/time/civil-calendar.ts';
import { createPseudonymizer } from '../../services/platform/crypto/pseudonym.ts';
import { openQuirkBook } from '../../services/simulator/replay/quirks.ts';
import { readObservedUsage, readUsageTable } from '../../services/simulator/replay/read-tables.ts';
import { reconstruct } from '../../services/simulator/replay/reconstruct.ts';
import { createUsageShapes } from '../../services/simulator/replay/usage-shapes.ts';
import { disorderly } from '../support/disorderly-log.ts';
import { assertFeaturesOfRawEvents } from '../support/feature-comparison.ts';
import { openInstallation } from '../support/installation.ts';
import { publishedById } from '../support/installation-log.ts';
import { countsOf, subscribersOf } from '../support/installation-state.ts';
import { eventsBySubscriber, readWithOneKill } from '../support/read-with-one-kill.ts';
import { readDataFolder } from './config.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TIME_ZONE = 'Europe/Vilnius';
const AS_OF_MS = Date.parse('2013-09-01T03:00:00+03:00');
const WITHIN_MS = 10 * 60_000;

const disorder = { seed: 4, shuffledShare: 0.2, withinMs: 7 * DAY_MS - HOUR_MS, duplicateShare: 0.05 };
const folder = readDataFolder();
const skip =
  folder === undefined
    ? 'set CHURN_DATA_DIR to the folder that holds exacaster_mobile_churn/ and exacaster_events_2016/'
    : false;

test(
  'the replay of all real customers, disorderly and with a kill: features equal those of the raw events',
  { skip },
  async (t) => {
    const rows = valueOf(await readUsageTable(folder ?? ''));
    const plan = {
      seed: 1,
      calendar: createCivilCalendar(TIME_ZONE),
      shapes: createUsageShapes(valueOf(await readObservedUsage(folder ?? ''))),
      pseudonymOf: createPseudonymizer({ keyId: 'test', secret: 'a secret of the tests only' }),
      markIntervalMs: 3 * HOUR_MS,
      quirks: openQuirkBook(),
    };
    const users = [...new Set(rows.map(({ userId }) => userId))];
    const shop = await openInstallation(t, { partitions: 4, policy: { timeZone: TIME_ZONE, warmUpDays: 28 } });
    let repeated = 0;
    const log = () => {
      repeated = 0;
      return disorderly(reconstruct(rows, plan), disorder, () => repeated++);
    };

    const events = await readWithOneKill(shop, log, WITHIN_MS);

    const { folded, duplicates, late, parked, subscribers, episodes } = await countsOf(shop);
    assert.deepEqual(
      { folded, duplicates, late, parked, subscribers },
      { folded: events - repeated, duplicates: repeated, late: 0, parked: 0, subscribers: users.length },
    );
    assert.equal((await publishedById(shop, shop.topics.alert)).size, episodes);
    assertFeaturesOfRawEvents(await subscribersOf(shop), eventsBySubscriber(reconstruct(rows, plan)), {
      timeZone: TIME_ZONE,
      asOfMs: AS_OF_MS,
    });
    t.diagnostic(`${users.length} customers, ${events} events, ${repeated} of them repeated, ${episodes} episodes`);
  },
);

function valueOf<T>(
  outcome: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly detail: string },
): T {
  if (!outcome.ok) throw new Error(outcome.detail);
  return outcome.value;
}
