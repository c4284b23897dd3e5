/**
 * What was fetched of each partition without coming to a handler: ranges that hold no record for it, only such as the
 * ends of transactions and what was taken back.
 */
export interface PassedRanges {
  /** A fetch from `askedOffset` held no record before `nextOffset`. */
  passed(partition: number, askedOffset: bigint, nextOffset: bigint): void;
  /** From where on the partition holds no record before `askedOffset`, as far as it was looked at. */
  emptySince(partition: number, askedOffset: bigint): bigint;
  /** It is read from elsewhere now. */
  forget(partition: number): void;
  clear(): void;
}

export function createPassedRanges(): PassedRanges {
  const ranges = new Map<number, { readonly fromOffset: bigint; readonly nextOffset: bigint }>();

  function emptySince(partition: number, askedOffset: bigint): bigint {
    const range = ranges.get(partition);
    return range?.nextOffset === askedOffset ? range.fromOffset : askedOffset;
  }

  return {
    passed(partition, askedOffset, nextOffset) {
      ranges.set(partition, { fromOffset: emptySince(partition, askedOffset), nextOffset });
    },
    emptySince,
    forget(partition) {
      ranges.delete(partition);
    },
    clear() {
      ranges.clear();
    },
  };
}
