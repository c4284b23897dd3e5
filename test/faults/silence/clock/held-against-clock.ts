import { decodeLogRecord } from '../../../../services/contracts/log-record.ts';
import { FUTURE_TOLERANCE_MS } from '../../../../services/core/events/validate-record.ts';
import type { PlacedRecord } from '../../../support/installation-log.ts';

/** Kafka's time stamps are those of who writes: they tell how wrong its clock was about what it wrote. */
export interface HeldAgainstTheClock {
  /** Records of events in the last fifth of the tolerance, as a clock that is an hour behind sees those of this moment. */
  readonly datedBefore: number;
  /** Records dated an hour or more after their events. */
  readonly datedAfter: number;
  /** How much more ahead of its time stamp the nearest record could have been. */
  readonly nearestMs: number;
}

/** @param fromMs earliest event of this moment; what is older is not looked at. */
export function heldAgainstTheClock(records: readonly PlacedRecord[], fromMs: number): HeldAgainstTheClock {
  const aheadMs: number[] = [];
  for (const { value, timestampMs } of records) {
    const record = value === null ? undefined : decodeLogRecord(value);
    if (record?.ok !== true || record.value.occurredAtMs < fromMs) continue;
    aheadMs.push(record.value.occurredAtMs - timestampMs);
  }
  return {
    datedBefore: aheadMs.filter((ms) => ms >= 0.8 * FUTURE_TOLERANCE_MS).length,
    datedAfter: aheadMs.filter((ms) => ms <= -FUTURE_TOLERANCE_MS).length,
    nearestMs: FUTURE_TOLERANCE_MS - Math.max(...aheadMs),
  };
}
