import type { Installation } from '../../support/installation.ts';
import { recordsOf } from '../../support/installation-log.ts';

export interface ScoresInOrder {
  /** Subscribers of whom there are scores. */
  readonly subscribers: number;
  /** Those whose scores do not come in the order of their instants, to a reader who drops repetitions by id. */
  readonly unordered: readonly string[];
}

export async function readScoresInOrder(shop: Installation): Promise<ScoresInOrder> {
  const seen = new Set<string>();
  const latest = new Map<string, number>();
  const unordered = new Set<string>();
  for (const { key, headers } of await recordsOf(shop, shop.topics.score)) {
    const id = headers['ce_id']?.toString() ?? '';
    if (seen.has(id)) continue;
    seen.add(id);
    const subscriberId = key?.toString() ?? '';
    const asOfMs = Date.parse(headers['ce_time']?.toString() ?? '');
    // Also where there is no instant.
    if (!(asOfMs >= (latest.get(subscriberId) ?? -Infinity))) unordered.add(subscriberId);
    latest.set(subscriberId, asOfMs);
  }
  return { subscribers: latest.size, unordered: [...unordered] };
}
