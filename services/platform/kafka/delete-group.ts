import { createKafka } from './client.ts';
import type { KafkaSettings } from './client.ts';

/**
 * Removes a group that served one reading. Never throws: what became of the reading is told, whatever becomes of its
 * group.
 */
export async function deleteGroup(settings: KafkaSettings, groupId: string): Promise<void> {
  const admin = createKafka(settings).admin();
  try {
    await admin.connect();
    await admin.deleteGroups([groupId]);
  } catch {
    // One that never had a member is not there; one that stays is empty, and Kafka drops it in time.
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
