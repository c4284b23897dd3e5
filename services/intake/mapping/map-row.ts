import type { PartitionMark, SubscriberEvent } from '../../core/events/subscriber-event.ts';
import type { RowReject } from './reject.ts';

/** One row of a source: the cells of a CSV line (an array of texts), or a parsed JSON value. */
export type SourceRow = unknown;

/** What became of one row. */
export type Mapped =
  | { readonly kind: 'event'; readonly record: SubscriberEvent }
  /** To be written to every partition. */
  | { readonly kind: 'mark'; readonly record: PartitionMark }
  /** Recognised, and by the mapping's word not wanted. */
  | { readonly kind: 'skipped'; readonly reason: string }
  | RowReject;

/**
 * Pure apart from the ports that it was compiled with. Throws for nothing that a row can hold. A record's body may
 * share constant parts with other records: it is not to be changed.
 */
export type MapRow = (row: SourceRow) => Mapped;

/** How the rows of a source are written. */
export type RowFormat =
  | { readonly format: 'json' }
  | {
      readonly format: 'csv';
      readonly delimiter: string;
      /** Quote character; '' where the source quotes nothing. */
      readonly quote: string;
      /** Label of the text's encoding, as the Encoding Standard has them. */
      readonly encoding: string;
      /** Names of the columns where the mapping says them; undefined where the first line of a file does. */
      readonly columns: readonly string[] | undefined;
    };

/** A value, or every mistake found on the way to it, each with its place and what was expected. */
export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly mistakes: readonly string[] };

export interface CompiledMapping {
  readonly rows: RowFormat;
  /** The source itself states its progress, by marks among its rows. */
  readonly statesProgress: boolean;
  /**
   * A mapper for rows with these columns: each file may order its columns differently. JSON has none (pass []).
   * The mistakes name columns that the mapping needs and the file does not have.
   */
  bindHeader(columns: readonly string[]): Checked<MapRow>;
}

/** What mapping needs from outside. */
export interface MappingPorts {
  /** Name of the feed, as its records carry it. */
  readonly feed: string;
  /** Keyed pseudonym of a number or device id. */
  readonly pseudonymOf: (raw: string) => string;
  /** Keyed, deterministic identifier of a record by the values that identify it. */
  readonly eventIdOf: (parts: readonly string[]) => string;
}
