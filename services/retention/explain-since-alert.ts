import type { Outcome } from '../core/outcome.ts';
import { accepted, refused } from '../core/outcome.ts';
import type { WorkOrder } from '../core/work-orders/work-order.ts';
import { workOrderIdOf } from '../core/work-orders/work-order.ts';
import type { OrderStore } from './order-store.ts';
import type { RiskChange, RiskReader } from './risk-reader.ts';

export type NoChangeReason = 'not_found' | 'vector_not_kept' | 'other_features';

/** What the alert said, and what has moved since. */
export interface ChangeSinceAlert {
  readonly order: WorkOrder;
  readonly change: RiskChange;
}

/**
 * Why a subscriber's risk is another one than when an alert was raised: the vector that its order keeps against the
 * vector of now, both under the model of today.
 */
export async function explainSinceAlert(
  deps: {
    readonly reader: Pick<RiskReader, 'readChange' | 'featureSchemaSha256'>;
    readonly store: Pick<OrderStore, 'get'>;
  },
  subscriberId: string,
  alertId: string,
): Promise<Outcome<ChangeSinceAlert, NoChangeReason>> {
  const order = await deps.store.get(workOrderIdOf(alertId));
  // Another subscriber's alert is answered as one that never was: its existence is nobody's business here.
  if (order?.subscriberId !== subscriberId) return refused('not_found', 'this subscriber had no such alert');
  const { vector, featureSchemaSha256 } = order;
  if (vector.length === 0) return refused('vector_not_kept', 'the order of this alert keeps no vector to compare with');
  // As many features may still be others: redefined, or in another order.
  if (featureSchemaSha256 === undefined) {
    return refused('vector_not_kept', 'the order of this alert does not say which features its vector is of');
  }
  if (featureSchemaSha256 !== deps.reader.featureSchemaSha256) {
    return refused('other_features', 'the alert was raised on features that have since been defined anew');
  }
  const change = await deps.reader.readChange(subscriberId, vector);
  return change === undefined ? refused('not_found', 'this subscriber was never scored') : accepted({ order, change });
}
