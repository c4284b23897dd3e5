import type { OrderStep } from './decide.ts';
import { toTmfState } from './tmf-state.ts';
import type { WorkOrder } from './work-order.ts';

export const noticeTypes = ['created', 'state_changed', 'attribute_changed'] as const;
export type NoticeType = (typeof noticeTypes)[number];

/** What the outside is told about one step of an order: the kind of change and the order after it. */
export interface OrderNotice {
  readonly eventId: string;
  readonly type: NoticeType;
  readonly atMs: number;
  readonly order: WorkOrder;
}

/** One notice per step. `before` is the order ahead of the first step. */
export function noticesOf(before: WorkOrder, steps: readonly OrderStep[]): readonly OrderNotice[] {
  return steps.map((step, index) => noticeOf(steps[index - 1]?.order ?? before, step));
}

/** The notice of one step; `before` is undefined when the step created the order. */
export function noticeOf(before: WorkOrder | undefined, { event, order }: OrderStep): OrderNotice {
  return { eventId: event.eventId, type: noticeTypeOf(before, order), atMs: event.atMs, order };
}

function noticeTypeOf(before: WorkOrder | undefined, order: WorkOrder): NoticeType {
  if (before === undefined) return 'created';
  return toTmfState(before) === toTmfState(order) ? 'attribute_changed' : 'state_changed';
}
