import type { SortedSet } from './sorted-set.ts';

export interface StoredString {
  readonly type: 'string';
  readonly bytes: Uint8Array;
}

export interface StoredHash {
  readonly type: 'hash';
  readonly fields: Map<string, Uint8Array>;
}

export interface StoredList {
  readonly type: 'list';
  items: Uint8Array[];
}

export interface StoredSortedSet {
  readonly type: 'zset';
  readonly set: SortedSet;
}

export interface StreamId {
  readonly ms: number;
  readonly seq: number;
}

export interface StreamEntry {
  readonly id: StreamId;
  /** Names and values in turn. */
  readonly fields: readonly Uint8Array[];
}

/** Unlike the others, a stream stays when it is empty. */
export interface StoredStream {
  readonly type: 'stream';
  /** By id. */
  readonly entries: StreamEntry[];
  /** Also of an entry that is gone: ids never come again. */
  lastId: StreamId;
}

/** Values hold bytes that nobody changes; keys, fields and members are `latin1` text. */
export type StoredValue = StoredString | StoredHash | StoredList | StoredSortedSet | StoredStream;
export type ValueType = StoredValue['type'];
export type ValueOf<T extends ValueType> = Extract<StoredValue, { readonly type: T }>;

/** The same text for equal values, whatever led to them. */
export function describeValue(value: StoredValue): string {
  switch (value.type) {
    case 'string':
      return JSON.stringify(['string', hex(value.bytes)]);
    case 'hash':
      return JSON.stringify(['hash', [...value.fields].map(([field, bytes]) => [field, hex(bytes)]).sort(byFirst)]);
    case 'list':
      return JSON.stringify(['list', value.items.map(hex)]);
    case 'zset':
      return JSON.stringify(['zset', value.set.entries()]);
    case 'stream':
      return JSON.stringify(['stream', value.lastId, value.entries.map(({ id, fields }) => [id, fields.map(hex)])]);
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function byFirst([a = '']: readonly string[], [b = '']: readonly string[]): number {
  return a < b ? -1 : Number(a > b);
}
