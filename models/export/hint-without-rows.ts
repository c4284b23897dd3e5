import type { ExportCounts } from './export-counts.ts';
import type { SourceSettings } from './source-settings.ts';

/** What most likely went wrong where an export has no rows; undefined where the summary says all. */
export function hintWithoutRows(counts: ExportCounts, source: SourceSettings['type']): string | undefined {
  const { records, knownLater, rejected } = counts;
  if (records === 0) return source === 'files' ? 'the files hold no line' : 'the topic holds no record';
  if (knownLater === records) {
    return 'all records were known after --known-through; if they were brought in later at once, see --known-by source';
  }
  const strange = (rejected.get('unparsable_row') ?? 0) + (rejected.get('not_a_contract_record') ?? 0);
  if (source === 'files' && strange === records) {
    return (
      'no line is a record: --log takes NDJSON, one record of the contract (proto/telco/v1) as JSON a line; ' +
      'CSV and other layouts come into a topic by npm run intake, and from there by --topic'
    );
  }
  return undefined;
}
