import type { SweepCursor } from '../core/partition/partition-record.ts';
import { SLOTS_PER_DAY } from '../core/time/daily-moment.ts';

/** An hour of the wheel: progress is mostly told by the hour. */
const SLOTS_READ_AT_ONCE = 12;
/** The next slots of the wheel, as many as are read at once. */
export function slotsFrom(
  { slot, index }: SweepCursor,
  reached: number,
): { readonly slotOfDay: number; readonly from: number }[] {
  const count = Math.min(reached - slot + 1, SLOTS_READ_AT_ONCE);
  return Array.from({ length: count }, (_, i) => ({
    slotOfDay: (slot + i) % SLOTS_PER_DAY,
    from: i === 0 ? index : 0,
  }));
}
