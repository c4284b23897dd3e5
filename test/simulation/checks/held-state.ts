import type { PartitionCommit } from '../../../services/platform/redis/partition-store.ts';
import { latin1 } from '../redis/bytes.ts';

/** What a partition holds beside its books. Bytes are latin1 text. */
export interface HeldState {
  readonly states: ReadonlyMap<string, string>;
  /** Members by slot of the day, in order of first sight. */
  readonly wheel: ReadonlyMap<number, readonly string[]>;
  readonly bands: Readonly<Record<'high' | 'medium', ReadonlySet<string>>>;
  /** By place. */
  readonly qualityHours: ReadonlyMap<number, string>;
}

export const NOTHING_HELD: HeldState = {
  states: new Map(),
  wheel: new Map(),
  bands: { high: new Set(), medium: new Set() },
  qualityHours: new Map(),
};

/** What is held after one more commit; what was held before stays as it is. */
export function heldAfter(held: HeldState, commit: PartitionCommit): HeldState {
  const states = new Map(held.states);
  for (const { subscriberId, value } of commit.states) states.set(subscriberId, latin1(value));
  const wheel = new Map(held.wheel);
  for (const { subscriberId, slotOfDay } of commit.wheel) {
    wheel.set(slotOfDay, [...(wheel.get(slotOfDay) ?? []), subscriberId]);
  }
  const bands = { high: new Set(held.bands.high), medium: new Set(held.bands.medium) };
  for (const { subscriberId, band } of commit.bands) {
    for (const name of ['high', 'medium'] as const) {
      if (name === band) bands[name].add(subscriberId);
      else bands[name].delete(subscriberId);
    }
  }
  const qualityHours = new Map(held.qualityHours);
  for (const { place, value } of commit.qualityHours) qualityHours.set(place, latin1(value));
  return { states, wheel, bands, qualityHours };
}
