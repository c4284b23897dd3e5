import type { CauseCode } from '../events/common.ts';
import type { RiskAlert } from '../risk/risk.ts';
import type { ClosedState } from './desk-state.ts';
import type { Hold, OrderNote, OrderPriority } from './work-order.ts';

export interface Closing {
  readonly type: 'closed';
  readonly result: ClosedState;
  readonly rejected: boolean;
  readonly cause: CauseCode;
  readonly offerId: string;
  readonly reason?: string | undefined;
  readonly outcomeId?: string | undefined;
}

export interface Amendment {
  readonly type: 'amended';
  readonly priority?: OrderPriority | undefined;
  readonly note?: OrderNote | undefined;
  readonly cause?: CauseCode | undefined;
  readonly offerId?: string | undefined;
}

/** What changed in one step of an order's life. */
export type WorkOrderChange =
  | { readonly type: 'created'; readonly alert: RiskAlert; readonly dueAtMs: number; readonly priority: OrderPriority }
  | { readonly type: 'assigned'; readonly representativeId: string }
  | { readonly type: 'started' }
  | { readonly type: 'snoozed'; readonly hold: Hold; readonly untilMs?: number | undefined }
  | { readonly type: 'cancellation_asked'; readonly reason?: string | undefined }
  | { readonly type: 'cancellation_denied'; readonly resumesAs: 'acknowledged' | 'inProgress' | Hold }
  | { readonly type: 'cancellation_accepted' }
  | Amendment
  | Closing;

export interface WorkOrderEvent {
  /** Derived from order and version: the same however often the step is published. */
  readonly eventId: string;
  readonly workOrderId: string;
  /** Version of the order after the step. */
  readonly version: number;
  readonly atMs: number;
  readonly change: WorkOrderChange;
}

export function workOrderEventIdOf(workOrderId: string, version: number): string {
  return `${workOrderId}-v${version}`;
}
