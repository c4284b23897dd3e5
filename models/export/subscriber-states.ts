import { decodeSubscriber, encodeSubscriber } from '../../services/core/subscriber/subscriber-codec.ts';
import type { SubscriberState } from '../../services/core/subscriber/subscriber-state.ts';

/** States of all subscribers of a partition: the recently used as they are, the others as bytes, a tenth of the size. */
export interface SubscriberStates {
  /** To be changed before the next call only. */
  get(subscriberId: string): SubscriberState | undefined;
  add(subscriberId: string, state: SubscriberState): void;
  /** Everyone; the states are not to be changed or kept. */
  all(): Generator<readonly [string, SubscriberState]>;
}

/** One state takes some ten kilobytes as an object. */
const MOST_AT_HAND = 50_000;

/** @param atHand states kept as objects, at most. */
export function createSubscriberStates(atHand = MOST_AT_HAND): SubscriberStates {
  let recent = new Map<string, SubscriberState>();
  let former = new Map<string, SubscriberState>();
  /** Of everybody who was ever packed; stale for those at hand. */
  const packed = new Map<string, Uint8Array>();

  function keep(subscriberId: string, state: SubscriberState): void {
    recent.set(subscriberId, state);
    if (recent.size * 2 <= atHand) return;
    for (const [id, old] of former) packed.set(id, Uint8Array.from(encodeSubscriber(old)));
    former = recent;
    recent = new Map();
  }

  return {
    get(subscriberId) {
      const found = recent.get(subscriberId);
      if (found !== undefined) return found;
      const older = former.get(subscriberId);
      if (older !== undefined) {
        former.delete(subscriberId);
        keep(subscriberId, older);
        return older;
      }
      const bytes = packed.get(subscriberId);
      if (bytes === undefined) return undefined;
      const state = decodeSubscriber(bytes);
      keep(subscriberId, state);
      return state;
    },
    add: keep,
    *all() {
      yield* recent;
      yield* former;
      for (const [id, bytes] of packed) {
        if (!recent.has(id) && !former.has(id)) yield [id, decodeSubscriber(bytes)];
      }
    },
  };
}
