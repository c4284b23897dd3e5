import type { ContractField, ContractUnit } from '../../contracts/body-fields.ts';

export const TIME_UNITS = ['ms', 's', 'min', 'h', 'hh:mm:ss'] as const;
/** minor: fen, cent; major: yuan, euro; thousandth: of a major unit, e.g. li. */
export const MONEY_UNITS = ['minor', 'major', 'thousandth'] as const;
export const SIZE_UNITS = ['B', 'kB', 'KiB', 'MB', 'MiB', 'GB', 'GiB'] as const;
export const RATE_UNITS = ['bit/s', 'kbit/s', 'Mbit/s'] as const;
export type Unit =
  | (typeof TIME_UNITS)[number]
  | (typeof MONEY_UNITS)[number]
  | (typeof SIZE_UNITS)[number]
  | (typeof RATE_UNITS)[number];

/** How a field of the contract measures. */
export interface Measure {
  readonly units: readonly Unit[];
  /** Of `units`, the one that the field itself is in. */
  readonly own: Unit;
}

const MEASURES: Readonly<Partial<Record<ContractUnit, Measure>>> = {
  seconds: { units: TIME_UNITS, own: 's' },
  minutes: { units: TIME_UNITS, own: 'min' },
  'minor units': { units: MONEY_UNITS, own: 'minor' },
  bytes: { units: SIZE_UNITS, own: 'B' },
  'kbit/s': { units: RATE_UNITS, own: 'kbit/s' },
  'Mbit/s': { units: RATE_UNITS, own: 'Mbit/s' },
};

/** Units in which a source may give a field; undefined for a field that is counted or named, not measured. */
export function measureOf({ unit }: Pick<ContractField, 'unit'>): Measure | undefined {
  return unit === undefined ? undefined : MEASURES[unit];
}

/** Size of each unit in the smallest of its kind. Money is left out: it depends on the currency. */
const SIZES: Readonly<Record<Exclude<Unit, (typeof MONEY_UNITS)[number]>, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  'hh:mm:ss': 1_000,
  B: 1,
  kB: 1e3,
  KiB: 1_024,
  MB: 1e6,
  MiB: 1_048_576,
  GB: 1e9,
  GiB: 1_073_741_824,
  'bit/s': 1,
  'kbit/s': 1e3,
  'Mbit/s': 1e6,
};

/** A factor as a ratio of integers, so that converting decimals stays exact. */
export interface Ratio {
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * Factor from one unit to another of the same kind.
 *
 * @param currencyDigits decimals of the currency: 2 makes a major unit 100 minor ones.
 */
export function ratioBetween(from: Unit, to: Unit, currencyDigits: number): Ratio {
  const minorPerMajor = 10 ** currencyDigits;
  if (from === 'minor' || to === 'minor') {
    if (from === 'major') return { numerator: minorPerMajor, denominator: 1 };
    if (from === 'thousandth') return { numerator: minorPerMajor, denominator: 1_000 };
    return { numerator: 1, denominator: 1 };
  }
  return { numerator: sizeOf(from), denominator: sizeOf(to) };
}

function sizeOf(unit: Unit): number {
  if (unit === 'minor' || unit === 'major' || unit === 'thousandth')
    throw new Error('money is converted to minor units');
  return SIZES[unit];
}
