import { ScalarType } from '@bufbuild/protobuf';

/** Least and greatest value, both included. */
export interface IntegerRange {
  readonly min: number;
  readonly max: number;
}

/** What an integer type of the contract holds as a JavaScript number; undefined for types that are no integers. */
export function integerRange(scalar: ScalarType): IntegerRange | undefined {
  switch (scalar) {
    case ScalarType.UINT32:
      return { min: 0, max: 2 ** 32 - 1 };
    case ScalarType.SINT32:
      return { min: -(2 ** 31), max: 2 ** 31 - 1 };
    case ScalarType.UINT64:
      return { min: 0, max: Number.MAX_SAFE_INTEGER };
    case ScalarType.INT64:
      return { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
    default:
      return undefined;
  }
}
