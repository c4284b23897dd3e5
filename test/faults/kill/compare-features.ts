import { AssertionError } from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { SubscriberEvent } from '../../../services/core/events/subscriber-event.ts';
import { isPartitionMark } from '../../../services/core/events/subscriber-event.ts';
import { assertFeaturesOfRawEvents } from '../../support/feature-comparison.ts';
import type { Installation } from '../../support/installation.ts';
import { subscribersOf } from '../../support/installation-state.ts';
import { TIME_ZONE } from './disorderly-operator.ts';
import type { DisorderlyOperator } from './disorderly-operator.ts';

/** It takes a second or so: another scenario may run beside this one. */
const SUBSCRIBERS_BETWEEN_TURNS = 50;

export interface FeatureComparison {
  readonly subscribers: number;
  readonly differences: readonly string[];
}

/**
 * Holds the features of all subscribers in Redis to a plain recomputation from the events as they happened, which shares
 * no code with the fold.
 */
export async function compareFeatures(shop: Installation, operator: DisorderlyOperator): Promise<FeatureComparison> {
  const states = await subscribersOf(shop);
  const events = new Map<string, SubscriberEvent[]>();
  for (const record of operator.simulation.records()) {
    if (isPartitionMark(record)) continue;
    const { subscriberId } = record;
    const ofSubscriber = events.get(subscriberId) ?? [];
    events.set(subscriberId, ofSubscriber);
    ofSubscriber.push(record);
  }
  const ids = [...new Set([...events.keys(), ...states.keys()])];
  const differences: string[] = [];
  for (let at = 0; at < ids.length; at += SUBSCRIBERS_BETWEEN_TURNS) {
    const some = new Set(ids.slice(at, at + SUBSCRIBERS_BETWEEN_TURNS));
    const ofSome = <T>(all: ReadonlyMap<string, T>): Map<string, T> => new Map([...all].filter(([id]) => some.has(id)));
    try {
      assertFeaturesOfRawEvents(ofSome(states), ofSome(events), { timeZone: TIME_ZONE, asOfMs: operator.endMs });
    } catch (error) {
      if (!(error instanceof AssertionError)) throw error;
      differences.push(`features that differ from the raw events: ${error.message}`);
    }
    await turn();
  }
  return { subscribers: ids.length, differences };
}
