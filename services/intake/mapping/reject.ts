import { PARK_REASONS } from '../../core/events/validate-record.ts';

/** Why a row did not become a record. A closed list: it labels metrics and reject lines. */
export const REJECT_REASONS = [
  /** Not JSON, or not a line of CSV. */
  'unparsable_row',
  /** Bytes that are no text in the stated encoding. */
  'undecodable_text',
  'row_too_long',
  /** A CSV row with fewer or more cells than there are columns. */
  'cell_count',
  /** A JSON row that is no object. */
  'not_an_object',
  /** No record of the mapping is for such a row. */
  'no_rule',
  'missing_value',
  /** A list or an object where one value was expected. */
  'not_a_single_value',
  'not_a_number',
  'not_a_boolean',
  'not_a_time',
  'not_a_phone_number',
  'not_a_device_id',
  /** Stated to be a pseudonym, and reads as a phone number or a device id in clear. */
  'not_a_pseudonym',
  /** Not among the values that the mapping or the contract knows. */
  'unknown_value',
  'not_in_lookup',
  'text_too_long',
  'out_of_range',
  /** A JSON record of the contract that is none. */
  'not_a_contract_record',
  /** What the contract's own validation refuses. */
  ...PARK_REASONS,
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

/** What is wrong with a row, without any of its content. */
export interface RowReject {
  readonly kind: 'rejected';
  /** Field of the contract, or of the row; '' where the row as a whole is meant. */
  readonly field: string;
  /** Kind and length of the value, e.g. "digits(11)". */
  readonly valueClass: string;
  readonly reason: RejectReason;
  /** What would have been taken, in words of the mapping. */
  readonly expected: string;
}

export function rejectOf(field: string, refusal: Omit<RowReject, 'kind' | 'field'>): RowReject {
  const { valueClass, reason, expected } = refusal;
  return { kind: 'rejected', field, valueClass, reason, expected };
}
