/** Items in lists of `count`, the last one shorter. */
export function* chunksOf<T>(items: Iterable<T>, count: number): Generator<T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < count) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
