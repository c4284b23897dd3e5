/** Finds what a table holds for a key; undefined where it holds nothing. */
export type Find<T> = (key: string) => T | undefined;

export function createExactLookup<T>(entries: Iterable<readonly [key: string, value: T]>): Find<T> {
  const values = new Map(entries);
  return (key) => values.get(key);
}

interface Node<T> {
  value: T | undefined;
  /** By character code. */
  readonly next: (Node<T> | undefined)[];
}

/** Of all entries that the key starts with the longest; '' matches every key. */
export function createPrefixLookup<T>(entries: Iterable<readonly [prefix: string, value: T]>): Find<T> {
  const root: Node<T> = { value: undefined, next: [] };
  for (const [prefix, value] of entries) {
    let node = root;
    for (let at = 0; at < prefix.length; at++)
      node = node.next[prefix.charCodeAt(at)] ??= { value: undefined, next: [] };
    node.value = value;
  }
  return (key) => {
    let node: Node<T> | undefined = root;
    let found = root.value;
    for (let at = 0; at < key.length; at++) {
      node = node.next[key.charCodeAt(at)];
      if (node === undefined) break;
      if (node.value !== undefined) found = node.value;
    }
    return found;
  };
}
