import type { Constant } from '../feed-file/mapping-schema.ts';
import type { LocalTime } from './local-time.ts';
import type { Find } from './lookup.ts';
import type { PhoneNumber } from './number-format.ts';
import type { RowSource } from './row-source.ts';

export interface CompiledLookup {
  readonly of: 'text' | 'number';
  /** The constant for a key, or the lookup's default. */
  readonly find: Find<Constant>;
  /** All that can be found. */
  readonly constants: readonly Constant[];
}

/** What the values of one mapping share while they are compiled. */
export interface MappingContext<Row> {
  readonly source: RowSource<Row>;
  /** A declared lookup, which is then in use. */
  readonly lookupOf: (name: string) => CompiledLookup | undefined;
  readonly lookupNames: readonly string[];
  readonly readNumber: (text: string) => PhoneNumber | undefined;
  readonly pseudonymOf: (raw: string) => string;
  /** Zone of a name, or the mapping's own; undefined where none is declared or the name is unknown. */
  readonly zoneOf: (name?: string) => LocalTime | undefined;
  readonly currencyDigits: number;
  readonly decimalSign: '.' | ',';
  /** Notes a mistake: its place in the feed file and what was expected. */
  readonly mistake: (place: string, message: string) => void;
}
