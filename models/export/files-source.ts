import { createReadStream } from 'node:fs';
import { encodeLogRecord } from '../../services/contracts/log-record.ts';
import type { LogRecord } from '../../services/core/events/subscriber-event.ts';
import { validateRecord } from '../../services/core/events/validate-record.ts';
import { accepted, refused } from '../../services/core/outcome.ts';
import { compileContractJson } from '../../services/intake/mapping/contract-json.ts';
import type { MappingPorts } from '../../services/intake/mapping/map-row.ts';
import type { ReadRow } from '../../services/intake/sources/read-row.ts';
import { readRows } from '../../services/intake/sources/read-rows.ts';
import { recordedAtOf } from './source-record.ts';
import type { LogSource, SourceRecord } from './source-record.ts';

/**
 * Files of contract JSON, a record a line, plain or gzipped, as one partition in the order of the files. They go the
 * road that intake takes them: identifiers in clear become pseudonyms, records are validated.
 *
 * A record must not happen after it was recorded, so that one that a scorer would park is in no file on any day.
 *
 * @param nowMs nothing has been recorded after it.
 */
export function createFilesSource(
  paths: readonly string[],
  ports: Omit<MappingPorts, 'feed'>,
  nowMs: number,
): LogSource {
  const toRecord = createReader(ports, nowMs);
  return {
    // Not their names: a file more that holds nothing new must change nothing.
    name: 'log files',
    knownBy: 'source',
    async read(open) {
      const sink = open(0);
      for (const path of paths) {
        for await (const rows of readRows(createReadStream(path), { format: 'json' }, () => undefined)) {
          for (const row of rows) sink.take(toRecord(row));
        }
      }
      sink.end();
    },
  };
}

/** Feed of records that name none. */
const UNNAMED_FEED = 'generated';
const NOTHING = new Uint8Array();

function createReader(ports: Omit<MappingPorts, 'feed'>, nowMs: number): (row: ReadRow) => SourceRecord {
  const mapping = compileContractJson(undefined, { ...ports, feed: UNNAMED_FEED });
  const bound = mapping.ok ? mapping.value.bindHeader([]) : mapping;
  if (!bound.ok) throw new TypeError(bound.mistakes.join('; '));
  const map = bound.value;
  return (row) => {
    if (!row.ok) return rejected(row.reason);
    const mapped = map(row.row);
    if (mapped.kind !== 'event' && mapped.kind !== 'mark') return rejected(mapped.reason);
    const { record } = mapped;
    const key = mapped.kind === 'event' ? record.subscriberId : null;
    const valid = validateRecord(record, { key, timestampMs: recordedBy(record, nowMs) });
    const bytes = valid.ok ? encoded(record) : undefined;
    if (bytes === undefined)
      return { ...rejected(valid.ok ? 'undecodable' : valid.reason), knownAtMs: recordedAtOf(record) };
    return { knownAtMs: recordedAtOf(record), read: accepted(record), bytes };
  };
}

/** The latest that the record can have been recorded; what it says itself stands in for the log's time stamp. */
function recordedBy(record: LogRecord, nowMs: number): number {
  const recordedAtMs = recordedAtOf(record);
  return recordedAtMs > 0 ? Math.min(recordedAtMs, nowMs) : nowMs;
}

function rejected(reason: string): SourceRecord {
  return { knownAtMs: undefined, read: refused(reason, ''), bytes: NOTHING };
}

function encoded(record: LogRecord): Uint8Array | undefined {
  try {
    return encodeLogRecord(record);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return undefined;
    throw error;
  }
}
