/** A stored order, as far as a change of names touches it. */
export interface RekeyedOrder {
  readonly text: string;
  readonly oldSubscriberId: string;
  readonly subscriberId: string;
  readonly episode: number;
}

/**
 * A stored order of the same customer under another name. Its own id and its alert's stay: CRMs hold open work by them,
 * and an alert that is read again has to find the order that it opened. Nothing else is touched.
 *
 * @throws TypeError where the text is no order; SyntaxError where it is no JSON.
 */
export function rekeyOrder(stored: string, newIdOf: (oldId: string) => string | undefined): RekeyedOrder {
  const order: unknown = JSON.parse(stored);
  if (typeof order !== 'object' || order === null || !('subscriberId' in order && 'episode' in order)) {
    throw new TypeError('it is no order');
  }
  const { subscriberId: oldSubscriberId, episode } = order;
  if (typeof oldSubscriberId !== 'string' || typeof episode !== 'number') throw new TypeError('it is no order');
  const subscriberId = newIdOf(oldSubscriberId) ?? oldSubscriberId;
  return { text: JSON.stringify({ ...order, subscriberId }), oldSubscriberId, subscriberId, episode };
}
