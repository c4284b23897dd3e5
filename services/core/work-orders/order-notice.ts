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

/** One notice per step. `before` is the order ahead of the first step; undefined when that step created it. */
export function noticesOf(before: WorkOrder | undefined, steps: readonly OrderStep[]): readonly OrderNotice[] {
  return steps.map(({ event, order }, index) => {
    const previous = index === 0 ? before : steps[index - 1]?.order;
    return { eventId: event.eventId, type: noticeTypeOf(previous, order), atMs: event.atMs, order };
  });
}

function noticeTypeOf(previous: WorkOrder | undefined, order: WorkOrder): NoticeType {
  if (previous === undefined) return 'created';
  return toTmfState(previous) === toTmfState(order) ? 'attribute_changed' : 'state_changed';
}
