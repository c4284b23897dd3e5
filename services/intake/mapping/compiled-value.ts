import type { Converter, PlainValue, Shape } from './convert-text.ts';
import type { RejectReason } from './reject.ts';
import { REFUSED } from './row-source.ts';
import type { Refused, TextSource } from './row-source.ts';

export interface Refusal {
  readonly valueClass: string;
  readonly reason: RejectReason;
  readonly expected: string;
}

/** Reads one contract value from a row. */
export interface CompiledValue<Row> {
  /** undefined: the row does not state it, and need not. */
  readonly read: (row: Row) => PlainValue | undefined | Refused;
  /** Why a row was refused. */
  readonly explain: (row: Row) => Refusal;
  /** The value where it is the same for every row. */
  readonly constant?: PlainValue;
}

/** What a value is for. */
export interface Target {
  /** Last part of the contract field's path. */
  readonly name: string;
  readonly field: Shape;
  /** Place in the feed file, for mistakes. */
  readonly place: string;
  /** A service's number is no value here. */
  readonly partiesOnly?: boolean;
}

export interface RuleConverter extends Converter {
  /** A value that is not known takes the rule's default, too. */
  readonly takesDefault: boolean;
}

/** A list or object, or a JSON number that lost digits. */
function explainRefused(valueClass: string, expected: string): Refusal {
  return valueClass === 'list' || valueClass === 'object'
    ? { valueClass, reason: 'not_a_single_value', expected }
    : { valueClass, reason: 'out_of_range', expected: `${expected}; as a text where it has more than 15 digits` };
}

/** Joins a place and a converter. */
export function assemble<Row>(
  text: TextSource<Row>,
  { convert, reasonFor, expected, takesDefault }: RuleConverter,
  { fallback, optional }: { readonly fallback: PlainValue | undefined; readonly optional: boolean },
): CompiledValue<Row> {
  const absent: PlainValue | undefined | Refused = fallback ?? (optional ? undefined : REFUSED);
  const unfit: PlainValue | Refused = (takesDefault ? fallback : undefined) ?? REFUSED;
  return {
    read(row) {
      const stated = text.read(row);
      if (stated === undefined) return absent;
      return stated === REFUSED ? REFUSED : (convert(stated) ?? unfit);
    },
    explain(row) {
      const stated = text.read(row);
      const valueClass = text.classOf(row);
      if (stated === undefined) return { valueClass, reason: 'missing_value', expected };
      if (stated === REFUSED) return explainRefused(valueClass, expected);
      return { valueClass, reason: reasonFor(stated), expected };
    },
  };
}
