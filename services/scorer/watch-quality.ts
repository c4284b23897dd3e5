import type { OrderResult } from '../core/events/account.ts';
import { NO_BASELINE } from '../core/quality/drift-baseline.ts';
import type { DriftBaseline } from '../core/quality/drift-baseline.ts';
import { layoutOf } from '../core/quality/drift-layout.ts';
import type { DriftLayout } from '../core/quality/drift-layout.ts';
import { afterOrder, outcomeAtMoment, outcomeOfLeaving, predictionSlot } from '../core/quality/open-prediction.ts';
import { encodeQualityHour, placeOfHour } from '../core/quality/quality-hour.ts';
import {
  countDailyScore,
  countMatured,
  decodeLedger,
  encodeLedger,
  newLedger,
  versionNumber,
} from '../core/quality/quality-ledger.ts';
import type { QualityLedger } from '../core/quality/quality-ledger.ts';
import type { RiskBand } from '../core/risk/risk.ts';
import type { SubscriberState } from '../core/subscriber/subscriber-state.ts';
import type { DailyMoment } from './partition-batch.ts';

/** A daily score as it was decided. */
export interface DailyScore extends DailyMoment {
  readonly asOfMs: number;
  /** 0–1. */
  readonly riskScore: number;
  readonly riskBand: RiskBand;
  /** The scored vector begins at `at`. */
  readonly vectors: Float32Array;
  readonly at: number;
}

export interface QualityHourValue {
  readonly place: number;
  readonly value: Uint8Array;
}

/** Keeps a partition's ledger of how its model does, in the order of the log. */
export interface QualityWatch {
  onDailyScore(state: SubscriberState, score: DailyScore): void;
  onLeft(state: SubscriberState, leftAtMs: number): void;
  onOrder(state: SubscriberState, result: OrderResult): void;
  /** The ledger as text; undefined while nothing was ever counted. */
  text(): string | undefined;
  /** Hours that are over since the last call of `written`. */
  unwrittenHours(): readonly QualityHourValue[];
  /** What was not written has been. */
  written(): void;
}

export function createQualityWatch(
  stored: string | undefined,
  setup: {
    readonly modelVersion: string;
    /** Undefined where the model tells nothing of its population. */
    readonly driftBaseline: DriftBaseline | undefined;
    readonly horizonMs: number;
  },
): QualityWatch {
  const { modelVersion, horizonMs } = setup;
  const layout: DriftLayout = layoutOf(setup.driftBaseline ?? NO_BASELINE);
  const ledger: QualityLedger = stored === undefined ? newLedger() : decodeLedger(Uint8Array.fromBase64(stored));
  let text = stored;
  let isChanged = false;

  return {
    onDailyScore(state, score) {
      isChanged = true;
      const { momentMs, ownActivityMs, riskScore, riskBand } = score;
      countDailyScore(ledger, layout, { ...score, modelVersion });
      if (state.prediction !== undefined) {
        const outcome = outcomeAtMoment(state.prediction, { momentMs, ownActivityMs, horizonMs });
        if (outcome === undefined) return;
        countMatured(ledger, state.prediction, outcome, momentMs);
      }
      state.prediction = {
        slot: predictionSlot(score.asOfMs),
        riskScore,
        wasHigh: riskBand === 'high',
        contacted: false,
        version: versionNumber(ledger, modelVersion),
      };
    },
    onLeft(state, leftAtMs) {
      if (state.prediction === undefined) return;
      const outcome = outcomeOfLeaving(state.prediction, { leftAtMs, horizonMs });
      if (outcome !== undefined) {
        isChanged = true;
        countMatured(ledger, state.prediction, outcome, leftAtMs);
      }
      state.prediction = undefined;
    },
    onOrder(state, result) {
      if (state.prediction !== undefined) state.prediction = afterOrder(state.prediction, result);
    },
    text() {
      if (isChanged) text = encodeLedger(ledger).toBase64();
      isChanged = false;
      return text;
    },
    unwrittenHours: () =>
      ledger.closed.map((hour) => ({ place: placeOfHour(hour.hour), value: encodeQualityHour(hour) })),
    written() {
      ledger.closed = [];
    },
  };
}
