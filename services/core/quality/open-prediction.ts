import type { OrderResult } from '../events/account.ts';
import { lastOf } from '../subscriber/latest.ts';
import type { OpenPrediction, SubscriberState } from '../subscriber/subscriber-state.ts';
import { SLOT_MS, momentOfSlotMs, slotReachedBy } from '../time/daily-moment.ts';

export type PredictionOutcome = 'gone' | 'stayed';

/**
 * Kinds of event that a customer brings about; what others do to one does not show that one is still there. The same
 * deeds as for labels and features, as far as last times tell them: a later slice of a call or data session in which
 * nothing flowed counts here, for its time is kept like any other's.
 */
const OWN_ACTIVITY = ['moCall', 'moMessage', 'data', 'topUp'] as const;

/** Time of the customer's last own activity; −Infinity for never. */
export function lastOwnActivityMs(state: SubscriberState): number {
  return Math.max(...OWN_ACTIVITY.map((kind) => lastOf(state, kind) ?? -Infinity));
}

/** Slot that a prediction of an instant is kept under: the next one where the instant lies between two. */
export function predictionSlot(asOfMs: number): number {
  const reached = slotReachedBy(asOfMs);
  return asOfMs > momentOfSlotMs(reached) ? reached + 1 : reached;
}

/**
 * What a daily moment says of a prediction: gone where the customer did nothing at all since; undefined while the horizon
 * is not over.
 *
 *     made ───────── horizon ─────────▶ end ──── late ────▶ moment
 *
 * Only the time of the last activity is known. The moment is late by up to a day as a rule, and by more where feeds were
 * behind; activity after the end then hides whether there was any before. That counts as stayed: nearly all who are active
 * then were so before, and to leave them out would leave out the regular ones above all. It is wrong only of those who were
 * silent for the whole horizon and came back between its end and the moment: an error towards "stayed" alone, so that live
 * precision may be told too low, not too high.
 */
export function outcomeAtMoment(
  { slot }: OpenPrediction,
  { momentMs, ownActivityMs, horizonMs }: { momentMs: number; ownActivityMs: number; horizonMs: number },
): PredictionOutcome | undefined {
  const madeAtMs = momentOfSlotMs(slot);
  if (momentMs < madeAtMs + horizonMs) return undefined;
  return ownActivityMs <= madeAtMs ? 'gone' : 'stayed';
}

/**
 * What leaving (closure, deactivation, port-out) says of a prediction. Undefined where the customer had left before it was
 * made, and was only known to later: the prediction says nothing of the model.
 */
export function outcomeOfLeaving(
  { slot }: OpenPrediction,
  { leftAtMs, horizonMs }: { readonly leftAtMs: number; readonly horizonMs: number },
): PredictionOutcome | undefined {
  const madeAtMs = momentOfSlotMs(slot);
  if (leftAtMs < madeAtMs - SLOT_MS) return undefined;
  return leftAtMs <= madeAtMs + horizonMs ? 'gone' : 'stayed';
}

/**
 * After an order was closed. What the customer told the desk ("lost") is no outcome: whether one leaves is told by
 * leaving. But whoever was spoken to is counted apart.
 */
export function afterOrder(prediction: OpenPrediction, result: OrderResult): OpenPrediction {
  return result === 'won' || result === 'lost' ? { ...prediction, contacted: true } : prediction;
}
