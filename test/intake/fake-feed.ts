import { pino } from 'pino';
import type { IntakeFeed } from '../../services/intake/intake-feed.ts';
import type { IntakeMetrics } from '../../services/intake/intake-metrics.ts';
import type { CompiledMapping } from '../../services/intake/mapping/map-row.ts';
import type { OutgoingRecord } from '../../services/platform/kafka/record.ts';
import { sampleCall, sampleEvent } from '../support/sample-events.ts';

export const silentLog = pino({ level: 'silent' });

/** Counts nothing. */
export const noMetrics: IntakeMetrics = {
  delivered: () => undefined,
  marked: () => undefined,
  stateIs: () => undefined,
  fileDone: () => undefined,
  nameWithoutTime: () => undefined,
};

const START_MS = Date.UTC(2026, 0, 5);
const MINUTE_MS = 60_000;

/** Row of a feed of numbers: one every six minutes, some of them two minutes late. */
export function toRow(index: number, isBad: boolean): string {
  return JSON.stringify(isBad ? { index: 'bad' } : { index });
}

export function timeOf(index: number): number {
  return START_MS + index * 6 * MINUTE_MS - (index % 4 === 1 ? 8 * MINUTE_MS : 0);
}

const mapping: CompiledMapping = {
  rows: { format: 'json' },
  statesProgress: false,
  bindHeader: () => ({
    ok: true,
    value(row) {
      const index = typeof row === 'object' && row !== null && 'index' in row ? row.index : undefined;
      if (typeof index !== 'number') {
        return {
          kind: 'rejected',
          field: 'index',
          valueClass: 'text(3)',
          reason: 'not_a_number',
          expected: 'a number',
        };
      }
      const occurredAtMs = timeOf(index);
      const subscriberId = `s${index % 7}`;
      const record = sampleEvent(sampleCall(), occurredAtMs, { subscriberId, eventId: `e${index}` });
      return { kind: 'event', record };
    },
  }),
};

/** A feed whose mapping is made by hand. */
export function numberFeed(changes: Partial<IntakeFeed> = {}): IntakeFeed {
  return {
    name: 'numbers',
    source: { type: 'file', path: '/nowhere' },
    mapping,
    mappingId: 'm1',
    identityId: 'i1',
    progress: { mode: 'bounded-disorder', boundMs: 8 * MINUTE_MS },
    fileTimeOf: undefined,
    quietAfterMs: undefined,
    maxRejectShare: 0.5,
    rejectTopic: undefined,
    rowsPerSecond: undefined,
    ...changes,
  };
}

/** Ids in a log of JSON values, and those that come for the first time behind a mark of their partition. */
export function placedIn(
  log: readonly OutgoingRecord[],
  partitions: number,
): { readonly ids: readonly string[]; readonly behindMarks: readonly string[] } {
  const marked = new Map<number, number>();
  const seen = new Set<string>();
  const [ids, behindMarks]: [string[], string[]] = [[], []];
  for (const { partition, key, value } of log) {
    const record: unknown = JSON.parse(Buffer.from(value ?? []).toString());
    if (partition !== undefined) {
      const through = Number(/"completeThroughMs":(\d+)/.exec(JSON.stringify(record))?.[1]);
      marked.set(partition, Math.max(marked.get(partition) ?? 0, through));
      continue;
    }
    if (typeof record !== 'object' || record === null || !('eventId' in record) || !('occurredAtMs' in record))
      continue;
    const id = String(record.eventId);
    ids.push(id);
    // Any rule that sends a subscriber to one partition will do.
    const place = Number(String(key).slice(1)) % partitions;
    if (!seen.has(id) && Number(record.occurredAtMs) < (marked.get(place) ?? 0)) behindMarks.push(id);
    seen.add(id);
  }
  return { ids, behindMarks };
}
