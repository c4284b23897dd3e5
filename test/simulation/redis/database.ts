import { RefusedCommandError } from './reply.ts';
import { describeValue } from './stored-value.ts';
import type { StoredValue, ValueOf, ValueType } from './stored-value.ts';

/** Keys and values, with the way back from each change. Keys are `latin1` text. */
export interface Database {
  /** @throws RefusedCommandError for a key that holds another type. */
  find<T extends ValueType>(key: string, type: T): ValueOf<T> | undefined;
  /** Finds, or keeps what `make` makes. @throws RefusedCommandError for a key that holds another type. */
  open<T extends ValueType>(key: string, type: T, make: () => ValueOf<T>): ValueOf<T>;
  /** Whatever the key holds. */
  peek(key: string): StoredValue | undefined;
  /** Keeps a value in place of whatever the key holds. */
  put(key: string, value: StoredValue): void;
  drop(key: string): void;
  /** Whoever changes a value says how to undo it; steps are taken in the opposite order. */
  onUndo(step: () => void): void;
  /** The steps since the last time; to be run from the last to the first. */
  takeUndo(): readonly (() => void)[];
  /** All that is kept, as text that compares. */
  dump(): Readonly<Record<string, string>>;
}

export function createDatabase(): Database {
  const values = new Map<string, StoredValue>();
  let undo: (() => void)[] = [];

  function find<T extends ValueType>(key: string, type: T): ValueOf<T> | undefined {
    const value = values.get(key);
    if (value === undefined) return undefined;
    if (hasType(value, type)) return value;
    throw new RefusedCommandError('WRONGTYPE Operation against a key holding the wrong kind of value');
  }

  function put(key: string, value: StoredValue): void {
    const before = values.get(key);
    undo.push(() => {
      if (before === undefined) values.delete(key);
      else values.set(key, before);
    });
    values.set(key, value);
  }

  return {
    find,
    put,
    open(key, type, make) {
      const found = find(key, type);
      if (found !== undefined) return found;
      const made = make();
      put(key, made);
      return made;
    },
    peek: (key) => values.get(key),
    drop(key) {
      const before = values.get(key);
      if (before === undefined) return;
      undo.push(() => values.set(key, before));
      values.delete(key);
    },
    onUndo: (step) => undo.push(step),
    takeUndo() {
      const taken = undo;
      undo = [];
      return taken;
    },
    dump: () =>
      Object.fromEntries(
        [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, describeValue(value)]),
      ),
  };
}

function hasType<T extends ValueType>(value: StoredValue, type: T): value is ValueOf<T> {
  return value.type === type;
}
