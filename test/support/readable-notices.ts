import assert from 'node:assert/strict';
import type { OrderNotice } from '../../services/core/work-orders/order-notice.ts';
import type { OutboxEntry } from '../../services/retention/order-store.ts';

/** The notices of outbox entries, all of which must be readable. */
export function readableNotices(entries: readonly OutboxEntry[]): OrderNotice[] {
  return entries.map((entry) => {
    assert.ok('notice' in entry, `the entry ${entry.entryId} cannot be read`);
    return entry.notice;
  });
}
