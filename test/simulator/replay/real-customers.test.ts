import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { openQuirkBook } from '../../../services/simulator/replay/quirks.ts';
import { readObservedUsage, readUsageTable } from '../../../services/simulator/replay/read-tables.ts';
import { reconstruct } from '../../../services/simulator/replay/reconstruct.ts';
import { createUsageShapes } from '../../../services/simulator/replay/usage-shapes.ts';
import { realDataFolder as folder } from './config.ts';
import { totalsInRow, totalsOf } from './month-totals.ts';
import { replayPlan, VILNIUS } from './replay-plan.ts';

test(
  'every user-month of the real table adds up exactly',
  { skip: folder === undefined && 'CHURN_DATA_DIR is not set' },
  async () => {
    const rows = await readUsageTable(folder ?? '');
    const observed = await readObservedUsage(folder ?? '');
    assert.ok(rows.ok && observed.ok);
    const quirks = openQuirkBook();
    const shapes = createUsageShapes(observed.value);
    const months = new Map<string, LogRecord[]>();
    let lastMs = 0;
    for (const record of reconstruct(rows.value, replayPlan({ quirks, shapes, pseudonymOf: (userId) => userId }))) {
      assert.ok(record.occurredAtMs >= lastMs);
      lastMs = record.occurredAtMs;
      if (isPartitionMark(record)) continue;
      const key = `${record.subscriberId} ${monthOf(record.occurredAtMs)}`;
      const events = months.get(key);
      if (events === undefined) months.set(key, [record]);
      else events.push(record);
    }

    assert.equal(months.size, rows.value.length);
    let contradictions = 0;
    for (const row of rows.value) {
      const found = totalsOf(months.get(`${row.userId} ${row.month}`) ?? []);
      const stated = totalsInRow(row);
      assert.deepEqual(
        { ...found, calls: found.calls.total },
        { ...stated, calls: stated.calls.total },
        `user ${row.userId}, month ${row.month}`,
      );
      contradictions += Number(JSON.stringify(found.calls) !== JSON.stringify(stated.calls));
    }
    // Parts of calls differ only where the row itself contradicts them.
    assert.ok(contradictions <= quirks.counts().call_parts_contradict_total);
  },
);

function monthOf(instantMs: number): number {
  return new Date(VILNIUS.dayOf(instantMs) * 86_400_000).getUTCMonth() + 1;
}
