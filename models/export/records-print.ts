import { hash } from 'node:crypto';

/**
 * One SHA-256-sized number for the records that an export is made from, whatever the order in which they are told and
 * the partitions that they lie in: the sum of the records' SHA-256, modulo 2^256. A mark is written to every partition
 * and counts once.
 */
export interface RecordsPrint {
  event(bytes: Uint8Array): void;
  mark(bytes: Uint8Array): void;
  /** 64 hexadecimal digits. */
  digest(): string;
}

const BITS = 256;

export function createRecordsPrint(): RecordsPrint {
  let sum = 0n;
  const marks = new Set<string>();
  const add = (digest: string): void => {
    sum = BigInt.asUintN(BITS, sum + BigInt(`0x${digest}`));
  };
  return {
    event(bytes) {
      add(hash('sha256', bytes, 'hex'));
    },
    mark(bytes) {
      const digest = hash('sha256', bytes, 'hex');
      if (marks.has(digest)) return;
      marks.add(digest);
      add(digest);
    },
    digest: () => sum.toString(16).padStart(BITS / 4, '0'),
  };
}
