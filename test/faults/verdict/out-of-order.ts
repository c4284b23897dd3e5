export interface SequencesFound {
  /** Subscribers of whom there is something to be in order. */
  readonly subscribers: number;
  /** Those whose records come in another order than they should. */
  readonly unordered: readonly string[];
}

/**
 * Holds the order in which a reader who drops repetitions sees each subscriber's records to the one that the log gives.
 * What is missing, or there without being expected, changes no order.
 *
 * @param found ids in the order of their first sight; between subscribers it says nothing.
 * @param expected ids in the order that the log gives; ids begin with the subscriber's, and a dot.
 */
export function outOfOrder(found: Iterable<string>, expected: Iterable<string>): SequencesFound {
  const placeOf = new Map<string, number>();
  for (const id of expected) placeOf.set(id, placeOf.size);
  const furthest = new Map<string, number>();
  const unordered = new Set<string>();
  for (const id of found) {
    const place = placeOf.get(id);
    if (place === undefined) continue;
    const subscriberId = id.slice(0, id.indexOf('.'));
    const before = furthest.get(subscriberId) ?? -1;
    if (place < before) unordered.add(subscriberId);
    furthest.set(subscriberId, Math.max(place, before));
  }
  return { subscribers: furthest.size, unordered: [...unordered] };
}
