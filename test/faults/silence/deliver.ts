import { encodeLogRecord } from '../../../services/contracts/log-record.ts';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import type { Installation } from '../../support/installation.ts';
import { sendRecords } from '../../support/installation-log.ts';
import type { Delivery } from './outages.ts';

/** As `sendRecords`, with marks of voice that do not reach every partition. */
export async function deliver(shop: Installation, { records, marked }: Delivery): Promise<void> {
  if (marked === undefined) return sendRecords(shop, records);
  let batch: (typeof records)[number][] = [];
  for (const record of records) {
    if (!isPartitionMark(record) || record.feed !== 'voice') {
      batch.push(record);
      continue;
    }
    await sendRecords(shop, batch);
    batch = [];
    const partitions = Array.from({ length: shop.partitions }, (_, partition) => partition).filter(marked);
    const value = encodeLogRecord(record);
    const { input: topic } = shop.topics;
    await shop.producer.send(partitions.map((partition) => ({ topic, partition, key: `feed:${record.feed}`, value })));
  }
  await sendRecords(shop, batch);
}
