/**
 * Writes the reconstructed events of real prepaid customers to standard output as lines of JSON, user ids in clear, for
 * an intake to read. Totals of each customer and month are real; the single events are reconstructed from them. Ends with one
 * line of JSON with the counts on standard error.
 */
import { createCivilCalendar } from '../../core/time/civil-calendar.ts';
import { configOrExit } from '../../platform/config/config-or-exit.ts';
import { deliver } from '../deliver.ts';
import { readConfig } from './config.ts';
import { openQuirkBook } from './quirks.ts';
import { readObservedUsage, readUsageTable } from './read-tables.ts';
import { reconstruct } from './reconstruct.ts';
import { replayDisorder } from './replay-disorder.ts';
import { createUsageShapes } from './usage-shapes.ts';

const config = configOrExit('replay', readConfig(process.argv.slice(2)));
const rows = orExit(await readUsageTable(config.dataFolder));
const shapes = createUsageShapes(orExit(await readObservedUsage(config.dataFolder)));
const { seed, markIntervalMs } = config;

const quirks = openQuirkBook();
const calendar = createCivilCalendar(config.timeZone);
const records = reconstruct(rows, { seed, calendar, shapes, pseudonymOf: (id) => id, markIntervalMs, quirks });

await deliver(records, { seed, malformedShare: 0, disorder: replayDisorder(config) }, () => ({
  quirks: quirks.counts(),
  subscribers: new Set(rows.map(({ userId }) => userId)).size,
}));

function orExit<T>(
  outcome: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly detail: string },
): T {
  if (outcome.ok) return outcome.value;
  process.stderr.write(`${outcome.detail}\n`);
  process.exit(2);
}
