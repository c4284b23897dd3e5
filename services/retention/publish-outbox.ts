import type { OrderNotice } from '../core/work-orders/order-notice.ts';
import type { OutgoingRecord } from '../platform/kafka/record.ts';
import type { OrderStore, OutboxEntry } from './order-store.ts';

/** Publishes what waits in the outbox. */
export interface OutboxPublisher {
  /** Publishes until the outbox is empty or `signal` aborts; answers how many notices went out. */
  publishPending(signal?: AbortSignal): Promise<number>;
}

/** An entry of the outbox that cannot become records, and why. */
export interface UnpublishableEntry {
  readonly entryId: string;
  readonly detail: string;
}

const BATCH = 200;

/**
 * At least once: a notice is removed only after Kafka holds its records, so a crash in between publishes it again with
 * the same event id. Notices go out in the order of the changes. One that cannot be read, or made into records, is kept
 * aside and told, so that it does not stop the others.
 */
export function createOutboxPublisher(deps: {
  readonly store: Pick<OrderStore, 'readOutbox' | 'trimOutbox' | 'parkOutboxEntry'>;
  readonly send: (records: readonly OutgoingRecord[]) => Promise<void>;
  readonly toRecords: (notice: OrderNotice) => readonly OutgoingRecord[];
  readonly onPublished: (notices: readonly OrderNotice[]) => void;
  readonly onParked: (entry: UnpublishableEntry) => void;
}): OutboxPublisher {
  const { store, send, toRecords, onPublished, onParked } = deps;

  function readyToSend(entry: OutboxEntry): ReadyEntry | UnpublishableEntry {
    const { entryId } = entry;
    if ('unreadable' in entry) return { entryId, detail: entry.unreadable };
    try {
      return { entryId, notice: entry.notice, records: toRecords(entry.notice) };
    } catch (error) {
      return { entryId, detail: error instanceof Error ? error.message : String(error) };
    }
  }

  return {
    async publishPending(signal) {
      let published = 0;
      while (signal?.aborted !== true) {
        const entries = (await store.readOutbox(BATCH)).map(readyToSend);
        if (entries.length === 0) break;
        const ready = entries.filter((entry) => 'records' in entry);
        await send(ready.flatMap(({ records }) => records));
        await store.trimOutbox(ready.map(({ entryId }) => entryId));
        onPublished(ready.map(({ notice }) => notice));
        published += ready.length;
        for (const entry of entries) {
          if ('records' in entry) continue;
          await store.parkOutboxEntry(entry.entryId);
          onParked(entry);
        }
      }
      return published;
    },
  };
}

interface ReadyEntry {
  readonly entryId: string;
  readonly notice: OrderNotice;
  readonly records: readonly OutgoingRecord[];
}
