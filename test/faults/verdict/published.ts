import { createHash } from 'node:crypto';
import { readTopic } from '../../../services/platform/kafka/read-topic.ts';
import type { Installation } from '../../support/installation.ts';

/** What stands for key and value of a record where contents are compared. */
export type TellContent = (key: string, value: Uint8Array) => string;

/** All of it, for who takes contents apart. */
export function inHex(key: string, value: Uint8Array): string {
  return `${key} ${Buffer.from(value).toString('hex')}`;
}

/** Enough to compare, of millions of records too. */
export function asDigest(key: string, value: Uint8Array): string {
  return createHash('sha256').update(`${key} `).update(value).digest('base64url');
}

/** A topic of an outbox as a reader sees it who drops repetitions by id. */
export interface PublishedTopic {
  /** Contents by id. */
  readonly byId: ReadonlyMap<string, string>;
  /** Ids that stand for two contents. */
  readonly ambiguous: readonly string[];
  /** Records on the topic, repetitions and all. */
  readonly records: number;
}

export async function readPublished(
  shop: Installation,
  topic: string,
  tellContent: TellContent,
): Promise<PublishedTopic> {
  const byId = new Map<string, string>();
  const ambiguous = new Set<string>();
  let records = 0;
  await readTopic(shop.kafka, topic, ({ key, value, headers }) => {
    records += 1;
    const id = headers['ce_id']?.toString() ?? '';
    const content = tellContent(key?.toString() ?? '', value ?? new Uint8Array());
    if ((byId.get(id) ?? content) !== content) ambiguous.add(id);
    byId.set(id, content);
  });
  return { byId, ambiguous: [...ambiguous], records };
}
