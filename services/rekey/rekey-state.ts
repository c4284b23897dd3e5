import type { ContactState, OpenPrediction, SubscriberState } from '../core/subscriber/subscriber-state.ts';

export interface StateChange {
  /** Undefined for a party whose number is not known: it stays under its old hash, and is met anew when it calls again. */
  readonly newHashOf: (oldHash: number) => number | undefined;
  /** Number of a model's version in the partition that the subscriber moves to; undefined for one that is forgotten. */
  readonly versionOf: (oldVersion: number) => number | undefined;
}

/** A subscriber's state under another name. The subscriber's own name stands nowhere in it; what changes is who it names. */
export function rekeyState(state: SubscriberState, { newHashOf, versionOf }: StateChange): SubscriberState {
  return {
    ...state,
    circle: rekeyCircle(state.circle, newHashOf),
    prediction: rekeyPrediction(state.prediction, versionOf),
  };
}

function rekeyCircle(circle: readonly ContactState[], newHashOf: StateChange['newHashOf']): ContactState[] {
  const byHash = new Map<number, ContactState>();
  for (const { partyHash: oldHash, lastDay } of circle) {
    const partyHash = newHashOf(oldHash) ?? oldHash;
    // Two parties may meet in one hash: a circle knows each once.
    const known = byHash.get(partyHash);
    if (known === undefined) byHash.set(partyHash, { partyHash, lastDay });
    else if (lastDay > known.lastDay) known.lastDay = lastDay;
  }
  return [...byHash.values()];
}

function rekeyPrediction(
  prediction: OpenPrediction | undefined,
  versionOf: StateChange['versionOf'],
): OpenPrediction | undefined {
  if (prediction === undefined) return undefined;
  const version = versionOf(prediction.version);
  // Of a forgotten version it would never be counted, and keep the next one from being made.
  return version === undefined ? undefined : { ...prediction, version };
}
