import type { Installation } from '../../support/installation.ts';
import { recordsOf } from '../../support/installation-log.ts';

/** A topic of an outbox as a reader sees it who drops repetitions by id. */
export interface PublishedTopic {
  /** Key and value in hex, by id. */
  readonly byId: ReadonlyMap<string, string>;
  /** Ids that stand for two contents. */
  readonly ambiguous: readonly string[];
  /** Records on the topic, repetitions and all. */
  readonly records: number;
}

export async function readPublished(shop: Installation, topic: string): Promise<PublishedTopic> {
  const byId = new Map<string, string>();
  const ambiguous = new Set<string>();
  const records = await recordsOf(shop, topic);
  for (const { key, value, headers } of records) {
    const id = headers['ce_id']?.toString() ?? '';
    const content = `${key?.toString() ?? ''} ${value?.toString('hex') ?? ''}`;
    if ((byId.get(id) ?? content) !== content) ambiguous.add(id);
    byId.set(id, content);
  }
  return { byId, ambiguous: [...ambiguous], records: records.length };
}
