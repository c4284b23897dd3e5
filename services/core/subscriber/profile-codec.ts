import type { CustomerType, PaymentType } from '../events/account.ts';
import type { ByteReader } from '../encoding/byte-reader.ts';
import type { ByteWriter } from '../encoding/byte-writer.ts';
import type { ContractState, Latest, SubscriberState } from './subscriber-state.ts';

const PAYMENT_TYPES: readonly PaymentType[] = ['unspecified', 'prepaid', 'postpaid'];
const CUSTOMER_TYPES: readonly CustomerType[] = [
  'unspecified',
  'personal',
  'group',
  'family',
  'government_enterprise',
  'public',
];

/** Values of which the latest holds. Of most subscribers few are known: one varint says which. */
type Profile = Pick<
  SubscriberState,
  | 'activatedAtMs'
  | 'paymentType'
  | 'customerType'
  | 'birthYear'
  | 'balanceMinor'
  | 'contract'
  | 'closed'
  | 'marketingAllowed'
  | 'faultSurveyScore'
>;

/** @param base instant that times are stored as distances from. */
export function writeProfile(writer: ByteWriter, base: number, profile: Profile): void {
  const { activatedAtMs, paymentType, customerType, birthYear, balanceMinor } = profile;
  const { contract, closed, marketingAllowed, faultSurveyScore } = profile;
  const known = [
    activatedAtMs,
    paymentType,
    customerType,
    birthYear,
    balanceMinor,
    contract,
    closed,
    marketingAllowed,
    faultSurveyScore,
  ];
  let mask = 0;
  for (let i = 0; i < known.length; i++) if (known[i] !== undefined) mask |= 1 << i;
  writer.varint(mask);
  if (mask === 0) return;
  for (const latest of known) if (latest !== undefined) writer.signed(base - latest.atMs);
  if (activatedAtMs !== undefined) writer.signed(base - activatedAtMs.value);
  if (paymentType !== undefined) writer.byte(PAYMENT_TYPES.indexOf(paymentType.value));
  if (customerType !== undefined) writer.byte(CUSTOMER_TYPES.indexOf(customerType.value));
  if (birthYear !== undefined) writer.varint(birthYear.value);
  if (balanceMinor !== undefined) writer.signed(balanceMinor.value);
  if (contract !== undefined) writeContract(writer, base, contract.value);
  if (closed !== undefined) writer.byte(closed.value ? 1 : 0);
  if (marketingAllowed !== undefined) writer.byte(marketingAllowed.value ? 1 : 0);
  if (faultSurveyScore !== undefined) writer.varint(faultSurveyScore.value);
}

const NOTHING_KNOWN: Profile = {
  activatedAtMs: undefined,
  paymentType: undefined,
  customerType: undefined,
  birthYear: undefined,
  balanceMinor: undefined,
  contract: undefined,
  closed: undefined,
  marketingAllowed: undefined,
  faultSurveyScore: undefined,
};

export function readProfile(reader: ByteReader, base: number): Profile {
  const mask = reader.varint();
  if (mask === 0) return NOTHING_KNOWN;
  const times: number[] = [];
  for (let i = 0; i < 9; i++) times.push((mask & (1 << i)) === 0 ? 0 : base - reader.signed());
  const read = <T>(index: number, value: () => T): Latest<T> | undefined =>
    (mask & (1 << index)) === 0 ? undefined : { value: value(), atMs: times[index] ?? 0 };
  return {
    activatedAtMs: read(0, () => base - reader.signed()),
    paymentType: read(1, () => member(PAYMENT_TYPES, reader.byte())),
    customerType: read(2, () => member(CUSTOMER_TYPES, reader.byte())),
    birthYear: read(3, () => reader.varint()),
    balanceMinor: read(4, () => reader.signed()),
    contract: read(5, () => readContract(reader, base)),
    closed: read(6, () => reader.byte() === 1),
    marketingAllowed: read(7, () => reader.byte() === 1),
    faultSurveyScore: read(8, () => reader.varint()),
  };
}

/** 0: none; 1: not binding; 2: binding. */
function writeContract(writer: ByteWriter, base: number, contract: ContractState | undefined): void {
  writer.byte(contract === undefined ? 0 : contract.binding ? 2 : 1);
  if (contract !== undefined) writer.signed(base - contract.endsAtMs);
}

function readContract(reader: ByteReader, base: number): ContractState | undefined {
  const kind = reader.byte();
  return kind === 0 ? undefined : { endsAtMs: base - reader.signed(), binding: kind === 2 };
}

/** @throws RangeError where a stored code has no member. */
export function member<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError('a stored code is not known');
  return value;
}
