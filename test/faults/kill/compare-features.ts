import { AssertionError } from 'node:assert/strict';
import type { SubscriberEvent } from '../../../services/core/events/subscriber-event.ts';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import { seededRandom } from '../../../models/pipeline/stand-in/random-trees.ts';
import { assertFeaturesOfRawEvents } from '../../support/feature-comparison.ts';
import type { Installation } from '../../support/installation.ts';
import { subscribersOf } from '../../support/installation-state.ts';
import { TIME_ZONE } from './disorderly-operator.ts';
import type { DisorderlyOperator } from './disorderly-operator.ts';

export interface FeatureComparison {
  readonly subscribers: number;
  readonly differences: readonly string[];
}

/**
 * Holds the features in Redis to a plain recomputation from the events as they happened, which shares no code with the
 * fold: in full for a share of the subscribers drawn by chance, because it is slow.
 */
export async function compareFeatures(
  shop: Installation,
  operator: DisorderlyOperator,
  { most, seed }: { readonly most: number; readonly seed: number },
): Promise<FeatureComparison> {
  const states = await subscribersOf(shop);
  const sample = drawn(known(operator), most, seed);
  const events = new Map<string, SubscriberEvent[]>([...sample].map((id) => [id, []]));
  for (const record of operator.simulation.records()) {
    if (!isPartitionMark(record)) events.get(record.subscriberId)?.push(record);
  }
  const sampled = new Map([...states].filter(([id]) => sample.has(id)));
  try {
    assertFeaturesOfRawEvents(sampled, events, { timeZone: TIME_ZONE, asOfMs: operator.endMs });
    return { subscribers: sample.size, differences: [] };
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error;
    return { subscribers: sample.size, differences: [`features that differ from the raw events: ${error.message}`] };
  }
}

/** Who has at least one event. */
function known({ simulation }: DisorderlyOperator): string[] {
  const ids = new Set<string>();
  for (const record of simulation.records()) if (!isPartitionMark(record)) ids.add(record.subscriberId);
  return [...ids];
}

function drawn(ids: readonly string[], most: number, seed: number): ReadonlySet<string> {
  const random = seededRandom(seed);
  const ranked = ids.map((id) => ({ id, rank: random() })).toSorted((a, b) => a.rank - b.rank);
  return new Set(ranked.slice(0, most).map(({ id }) => id));
}
