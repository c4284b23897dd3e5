import { hash32 } from '../encoding/hash.ts';

/**
 * The daily wheel: a day has 288 slots of five minutes, and each subscriber is scored once a day in the slot that a
 * stable hash of the id picks, which spreads the base evenly over the day. Slots count UTC time from the epoch, so that
 * no shift of the clocks skips or repeats one.
 */
export const SLOTS_PER_DAY = 288;
export const SLOT_MS = 86_400_000 / SLOTS_PER_DAY;

/** Slot of the day, 0–287. */
export function dailySlotOf(subscriberId: string): number {
  return hash32(subscriberId) % SLOTS_PER_DAY;
}

/** Number of the last slot whose moment the watermark has reached. */
export function slotReachedBy(watermarkMs: number): number {
  return Math.floor(watermarkMs / SLOT_MS);
}

export function momentOfSlotMs(slot: number): number {
  return slot * SLOT_MS;
}
