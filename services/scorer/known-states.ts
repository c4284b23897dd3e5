import { decodeSubscriber } from '../core/subscriber/subscriber-codec.ts';
import type { SubscriberState } from '../core/subscriber/subscriber-state.ts';
import type { Breathe } from './breather.ts';

/**
 * States in memory, by subscriber. What was not asked for between two turnings-over goes; what is asked for stays.
 *
 *     recent: asked for since the last turning-over      former: asked for since the one before
 */
export interface KnownStates {
  get(subscriberId: string): SubscriberState | undefined;
  set(subscriberId: string, state: SubscriberState): void;
  delete(subscriberId: string): void;
  /** States held now. */
  size(): number;
  /** Turns over where that is due. To be called only when all that is held has been committed. */
  trim(): void;
}

/** @param limit states held after `trim`, at most. */
export function createKnownStates(limit: number): KnownStates {
  let recent = new Map<string, SubscriberState>();
  let former = new Map<string, SubscriberState>();

  return {
    get(subscriberId) {
      const found = recent.get(subscriberId);
      if (found !== undefined) return found;
      const older = former.get(subscriberId);
      if (older === undefined) return undefined;
      former.delete(subscriberId);
      recent.set(subscriberId, older);
      return older;
    },
    set(subscriberId, state) {
      recent.set(subscriberId, state);
    },
    delete(subscriberId) {
      recent.delete(subscriberId);
      former.delete(subscriberId);
    },
    size: () => recent.size + former.size,
    trim() {
      if (recent.size * 2 > limit) {
        former = recent;
        recent = new Map();
      }
      if (recent.size + former.size > limit) former = new Map();
    },
  };
}

/** Reads the states of those ids that are not known yet, all in one call. `breathe` is asked between two of them. */
export async function loadStates(
  known: KnownStates,
  ids: Iterable<string | null>,
  read: (subscriberIds: readonly string[]) => Promise<readonly (Uint8Array | undefined)[]>,
  breathe?: Breathe,
): Promise<void> {
  const strangers: string[] = [];
  for (const id of ids) if (id !== null && id !== '' && known.get(id) === undefined) strangers.push(id);
  const values = await read(strangers);
  for (const [i, id] of strangers.entries()) {
    const breath = breathe?.();
    if (breath !== undefined) await breath;
    const value = values[i];
    if (value !== undefined) known.set(id, decodeSubscriber(value));
  }
}
