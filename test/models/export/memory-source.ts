import { encodeLogRecord } from '../../../services/contracts/log-record.ts';
import type { LogRecord } from '../../../services/core/events/subscriber-event.ts';
import { createCivilCalendar } from '../../../services/core/time/civil-calendar.ts';
import type { ExportPlan } from '../../../models/export/export-partition.ts';
import type { LogSource } from '../../../models/export/source-record.ts';
import { accepted } from '../../../services/core/outcome.ts';
import { samplePolicy } from '../../support/sample-policy.ts';

const DAY_MS = 86_400_000;
export const START_MS = Date.UTC(2026, 1, 1);

/** Days after the start. */
export function day(days: number): number {
  return START_MS + days * DAY_MS;
}

export interface Known {
  readonly record: LogRecord;
  readonly knownAtMs: number;
}

/** A log as it was known: each record right when it happened, unless said otherwise. */
export function knownAtOnce(records: readonly LogRecord[]): Known[] {
  return records.map((record) => ({ record, knownAtMs: record.occurredAtMs }));
}

/** Partitions in memory. */
export function memorySource(...partitions: readonly (readonly Known[])[]): LogSource {
  return {
    name: 'memory',
    knownBy: 'log',
    async read(open) {
      await Promise.resolve();
      partitions.forEach((records, partition) => {
        const sink = open(partition);
        for (const { record, knownAtMs } of records) {
          sink.take({ knownAtMs, read: accepted(record), bytes: encodeLogRecord(record) });
        }
        sink.end();
      });
    },
  };
}

/** Inactivity of seven days as of day 10, after a warm-up of one; override what a test speaks of. */
export function samplePlan(changes: Partial<ExportPlan> = {}): ExportPlan {
  const policy = samplePolicy({
    time: { requiredFeeds: [], disorderMs: 0, latenessLimitMs: 2 * DAY_MS, staleAfterMs: DAY_MS },
    scoring: { minimumIntervalMs: 3_600_000, warmUpDays: 1 },
  });
  return {
    policy,
    calendar: createCivilCalendar(policy.timeZone),
    asOfsMs: [day(10)],
    knownThroughMs: undefined,
    labels: { type: 'log', definition: { name: 'inactivity', days: 7 } },
    ...changes,
  };
}
