import type { DriftLayout } from '../../services/core/quality/drift-layout.ts';
import { SHIFT_ALARM_PSI, measureShift } from '../../services/core/quality/measure-drift.ts';
import type { MeasuredDrift } from '../../services/core/quality/measure-drift.ts';
import type { QualityHour } from '../../services/core/quality/quality-hour.ts';
import type { QualityLedger } from '../../services/core/quality/quality-ledger.ts';

/** Hours without a shift after which an alarm is over: keep_firing_for in deploy/prometheus/rules/model.yml. */
export const QUIET_HOURS = 24;

export interface Alarm {
  readonly fromHour: number;
  lastHour: number;
  readonly features: Set<string>;
}

/** Looks at a ledger as the alarm rule does: whatever is shifted by the threshold or more, hour by hour. */
export interface DriftWatch {
  /** To be called at the end of each hour and whenever else one wants to look. */
  look(ledger: QualityLedger): MeasuredDrift | undefined;
  readonly alarms: readonly Alarm[];
}

export function createDriftWatch(layout: DriftLayout): DriftWatch {
  const hours = new Map<number, QualityHour>();
  const alarms: Alarm[] = [];
  return {
    alarms,
    look(ledger) {
      for (const hour of ledger.closed) hours.set(hour.hour, hour);
      ledger.closed = [];
      const { open } = ledger;
      if (open === undefined) return undefined;
      hours.set(open.hour, open);
      const shift = measureShift(hours, layout, open.hour);
      const shifted = shift.features.filter(({ psi }) => (psi ?? 0) > SHIFT_ALARM_PSI).map(({ name }) => name);
      if ((shift.scorePsi ?? 0) > SHIFT_ALARM_PSI) shifted.push('score');
      if (shifted.length > 0) noteAlarm(alarms, open.hour, shifted);
      return shift;
    },
  };
}

function noteAlarm(alarms: Alarm[], hour: number, shifted: readonly string[]): void {
  const last = alarms.at(-1);
  if (last !== undefined && hour - last.lastHour <= QUIET_HOURS) {
    last.lastHour = hour;
    for (const name of shifted) last.features.add(name);
  } else {
    alarms.push({ fromHour: hour, lastHour: hour, features: new Set(shifted) });
  }
}
