import type { OrderNotice } from '../core/work-orders/order-notice.ts';
import type { OutgoingRecord } from '../platform/kafka/record.ts';
import type { OrderStore } from './order-store.ts';

/** Publishes what waits in the outbox. */
export interface OutboxPublisher {
  /** Publishes until the outbox is empty or `signal` aborts; answers how many notices went out. */
  publishPending(signal?: AbortSignal): Promise<number>;
}

const BATCH = 200;

/**
 * At least once: a notice is removed only after Kafka holds its records, so a crash in between publishes it again with
 * the same event id. Notices go out in the order of the changes.
 */
export function createOutboxPublisher(deps: {
  readonly store: Pick<OrderStore, 'readOutbox' | 'trimOutbox'>;
  readonly send: (records: readonly OutgoingRecord[]) => Promise<void>;
  readonly toRecords: (notice: OrderNotice) => readonly OutgoingRecord[];
  readonly onPublished: (notices: readonly OrderNotice[]) => void;
}): OutboxPublisher {
  const { store, send, toRecords, onPublished } = deps;
  return {
    async publishPending(signal) {
      let published = 0;
      while (signal?.aborted !== true) {
        const entries = await store.readOutbox(BATCH);
        if (entries.length === 0) break;
        const notices = entries.map(({ notice }) => notice);
        await send(notices.flatMap(toRecords));
        await store.trimOutbox(entries.map(({ entryId }) => entryId));
        onPublished(notices);
        published += entries.length;
      }
      return published;
    },
  };
}
