/**
 * Writes the training set: one vector per user and as-of, made by the serving code from the replayed customers, with the
 * label of the month after the last. Run by `npm run model:train`; alone:
 *
 *     node models/training/export-vectors.ts --data <folder> --out <folder> [--seed 1] [--as-of 2013-08-31 ...]
 *
 * An as-of is the end of a civil day; without any they are the 15th and the last day of each month.
 */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FEATURES, featureSchema } from '../../services/core/features/registry.ts';
import { createCivilCalendar } from '../../services/core/time/civil-calendar.ts';
import type { Outcome } from '../../services/core/outcome.ts';
import { frameMonth } from '../../services/simulator/replay/month-frame.ts';
import { openQuirkBook } from '../../services/simulator/replay/quirks.ts';
import { readChurnLabels, readObservedUsage, readUsageTable } from '../../services/simulator/replay/read-tables.ts';
import { reconstruct } from '../../services/simulator/replay/reconstruct.ts';
import { createUsageShapes } from '../../services/simulator/replay/usage-shapes.ts';
import { encodeNpy } from './npy.ts';
import { pointInTimeVectors } from './point-in-time-vectors.ts';
import type { PointInTimeVector } from './point-in-time-vectors.ts';

const TIME_ZONE = 'Europe/Vilnius';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    seed: { type: 'string', default: '1' },
    'as-of': { type: 'string', multiple: true },
  },
});
const { data, out } = values;
const seed = Number(values.seed);
if (data === undefined || out === undefined || !Number.isSafeInteger(seed)) {
  console.error('usage: export-vectors.ts --data <folder> --out <folder> [--seed <integer>]');
  process.exit(2);
}

const rows = orExit(await readUsageTable(data));
const labels = orExit(await readChurnLabels(data));
const shapes = createUsageShapes(orExit(await readObservedUsage(data)));
const calendar = createCivilCalendar(TIME_ZONE);
const yearMonths = [...new Set(rows.map(({ year, month }) => year * 100 + month))].toSorted((a, b) => a - b);
const asOfsMs = (values['as-of']?.map(parseDay) ?? yearMonths.flatMap(usualDaysOf))
  .toSorted((one, other) => one - other)
  // The last moment of the day: the day of the as-of is this one, not the next.
  .map((day) => calendar.startOfDayMs(day + 1) - 1);
const quirks = openQuirkBook();
const records = reconstruct(rows, {
  seed,
  calendar,
  shapes,
  pseudonymOf: (userId) => userId,
  markIntervalMs: 86_400_000,
  quirks,
});
const vectors = [...pointInTimeVectors(records, asOfsMs, calendar)].toSorted(
  (a, b) => a.asOfMs - b.asOfMs || Number(a.subscriberId) - Number(b.subscriberId),
);

const schema = featureSchema();
await mkdir(out, { recursive: true });
await writeFile(
  join(out, 'vectors.npy'),
  encodeNpy(
    vectors.map(({ vector }) => vector),
    FEATURES.length,
  ),
);
await writeFile(join(out, 'rows.csv'), toCsv(vectors));
await writeFile(
  join(out, 'export.json'),
  JSON.stringify(
    {
      features: FEATURES.map(({ name, unit, windowDays, source, meaning }) => ({
        name,
        unit,
        windowDays: windowDays ?? null,
        source,
        meaning,
      })),
      featureSchema: schema,
      featureSchemaSha256: createHash('sha256').update(schema).digest('hex'),
      timeZone: TIME_ZONE,
      asOfs: asOfsMs.map((asOfMs) => new Date(asOfMs).toISOString()),
      label: { name: 'churn', month: labels[0]?.month ?? null },
      replaySeed: seed,
      quirks: quirks.counts(),
      users: labels.length,
      churners: labels.filter(({ churned }) => churned).length,
    },
    null,
    2,
  ),
);
console.log(`${vectors.length} vectors of ${FEATURES.length} features for ${labels.length} users in ${out}`);

/** The 15th and the last day: scores are wanted at any time of the month, not only when a month is full. */
function usualDaysOf(yearMonth: number): number[] {
  const { firstDay, lastDay } = frameMonth(Math.floor(yearMonth / 100), yearMonth % 100, calendar);
  return [firstDay + 14, lastDay];
}

function parseDay(text: string): number {
  const day = Date.parse(`${text}T00:00:00Z`) / 86_400_000;
  if (Number.isInteger(day)) return day;
  console.error(`--as-of ${text}: a date like 2013-08-31 is needed`);
  process.exit(2);
}

function toCsv(points: readonly PointInTimeVector[]): string {
  const churned = new Map(labels.map((label) => [label.userId, label.churned]));
  const monthsOf = Map.groupBy(rows, ({ userId }) => userId);
  const lines = points.map(({ subscriberId, asOfMs }) => {
    const label = churned.get(subscriberId);
    const established = (monthsOf.get(subscriberId)?.length ?? 0) === yearMonths.length;
    return `${subscriberId},${new Date(asOfMs).toISOString()},${label === undefined ? '' : Number(label)},${Number(established)}`;
  });
  return ['user_id,as_of,churned,established', ...lines, ''].join('\n');
}

function orExit<T>(outcome: Outcome<T, string>): T {
  if (outcome.ok) return outcome.value;
  console.error(outcome.detail);
  process.exit(2);
}
