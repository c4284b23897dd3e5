/**
 * Writes the reconstructed events of real prepaid customers to the input log, then ends. At least once: after a broken
 * connection part of a batch may stand in the log twice, under the same event ids. Not resumable: a second run writes
 * everything again, with the same ids.
 *
 * Totals of each customer and month are real; the single events are reconstructed from them. Prints one line of JSON with
 * the counts at the end.
 */
import { encodeLogRecord } from '../../contracts/log-record.ts';
import { createCivilCalendar } from '../../core/time/civil-calendar.ts';
import { configOrExit } from '../../platform/config/config-or-exit.ts';
import { createPseudonymizer } from '../../platform/crypto/pseudonym.ts';
import { openProducer } from '../../platform/kafka/producer.ts';
import { partitionCountOf } from '../../platform/kafka/topics.ts';
import { disturb, emptyDisorderCounts } from '../disorder/disturb.ts';
import { encodeRecords } from '../encode-records.ts';
import { feedLog } from '../feed-log.ts';
import { readConfig } from './config.ts';
import { openQuirkBook } from './quirks.ts';
import { readObservedUsage, readUsageTable } from './read-tables.ts';
import { reconstruct } from './reconstruct.ts';
import { replayDisorder } from './replay-disorder.ts';
import { createUsageShapes } from './usage-shapes.ts';

const config = configOrExit('replay', readConfig(process.argv.slice(2)));
const rows = orExit(await readUsageTable(config.dataFolder));
const shapes = createUsageShapes(orExit(await readObservedUsage(config.dataFolder)));
const { seed, brokers, topic, markIntervalMs, eventsPerSecond } = config;

const quirks = openQuirkBook();
const calendar = createCivilCalendar(config.timeZone);
const pseudonymOf = createPseudonymizer(config.pseudonym);
const records = reconstruct(rows, { seed, calendar, shapes, pseudonymOf, markIntervalMs, quirks });
const kafka = { brokers, clientId: 'replay' };
const partitions = await partitionCountOf(kafka, topic);
const producer = await openProducer(kafka);
const disorder = emptyDisorderCounts();
try {
  const delivered = disturb(records, replayDisorder(config), disorder);
  const encoded = encodeRecords(delivered, { seed, malformedShare: 0, encode: encodeLogRecord });
  await feedLog(encoded, { topic, partitions, producer, eventsPerSecond }, () => ({
    disorder,
    quirks: quirks.counts(),
    subscribers: new Set(rows.map(({ userId }) => userId)).size,
  }));
} finally {
  await producer.close();
}

function orExit<T>(
  outcome: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly detail: string },
): T {
  if (outcome.ok) return outcome.value;
  process.stderr.write(`${outcome.detail}\n`);
  process.exit(2);
}
