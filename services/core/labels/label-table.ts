import type { Label } from './label-definition.ts';

/** What somebody else found out about a subscriber: churn or not, and since when that is known. */
export interface KnownLabel {
  readonly label: Label;
  readonly maturedAtMs: number;
}

export type LabelTable = ReadonlyMap<string, KnownLabel>;

/** A label of a table, or why a row has none. */
export type TableLabel = Label | 'not_in_table' | 'immature' | 'known_before';

/**
 * The label of a subscriber's vector. A label that was known when the vector's instant had come says nothing of the time
 * after; one that became known after the cut-off is not known yet.
 *
 * @param knownThroughMs undefined takes all that the table says as known.
 */
export function labelByTable(
  table: LabelTable,
  subscriberId: string,
  vectorAsOfMs: number,
  knownThroughMs: number | undefined,
): TableLabel {
  const known = table.get(subscriberId);
  if (known === undefined) return 'not_in_table';
  if (knownThroughMs !== undefined && known.maturedAtMs > knownThroughMs) return 'immature';
  if (known.maturedAtMs <= vectorAsOfMs) return 'known_before';
  return known.label;
}
