import { hash32 } from '../../../services/core/encoding/hash.ts';
import { decodeSubscriber, encodeSubscriber } from '../../../services/core/subscriber/subscriber-codec.ts';
import { isDeepStrictEqual } from 'node:util';
import type { SubscriberState } from '../../../services/core/subscriber/subscriber-state.ts';
import { newNameOf, oldNameOf } from './named-people.ts';

/** The two names of everybody, and what follows for what was written under the old ones. */
export function createRenaming(numbers: readonly string[]) {
  const ids = new Map(numbers.map((number) => [oldNameOf(number), newNameOf(number)]));
  const hashes = new Map(Array.from(ids, ([old, now]) => [hash32(old), hash32(now)]));
  const newIdOf = (old: string): string => ids.get(old) ?? old;
  return {
    newIdOf,
    /** "subscriber.rest" */
    newNameOfId: (id: string): string => {
      const end = id.indexOf('.');
      return `${newIdOf(id.slice(0, end))}${id.slice(end)}`;
    },
    /** Key and value in hex: names stand in both, and all are of one length. */
    contentOf(content: string): string {
      const end = content.indexOf(' ');
      const old = content.slice(0, end);
      const now = newIdOf(old);
      return `${now}${content.slice(end).replaceAll(hexOf(old), hexOf(now))}`;
    },
    /** Stored bytes in hex. */
    stateOf(hex: string): string {
      const state = decode(hex);
      const circle = state.circle.map(({ partyHash, lastDay }) => ({
        partyHash: hashes.get(partyHash) ?? partyHash,
        lastDay,
      }));
      return Buffer.from(encodeSubscriber({ ...state, circle })).toString('hex');
    },
  };
}

export type Renaming = ReturnType<typeof createRenaming>;

/**
 * Whether two states know the same of a customer. Not compared is what hangs on the moment of the day at which one is
 * scored, which a name that was given at first sight decides: score, times of the last decisions, waiting prediction.
 */
export function knowTheSame(hex: string, otherHex: string): boolean {
  const known = (state: SubscriberState): object => {
    const { episode, episodeOpen } = state.risk;
    return { ...state, lastScoredAtMs: 0, prediction: undefined, risk: { episode, episodeOpen } };
  };
  return isDeepStrictEqual(known(decode(hex)), known(decode(otherHex)));
}

/** Two maps under the new names: content that stands under one old and one new name of the same is there twice. */
export function underNewNames(
  found: ReadonlyMap<string, string>,
  renaming: Renaming,
): { readonly byId: Map<string, string>; readonly twice: string[] } {
  const byId = new Map<string, string>();
  const twice: string[] = [];
  for (const [id, content] of found) {
    const name = renaming.newNameOfId(id);
    if (byId.has(name)) twice.push(name);
    byId.set(name, renaming.contentOf(content));
  }
  return { byId, twice };
}

function decode(hex: string): SubscriberState {
  return decodeSubscriber(Buffer.from(hex, 'hex'));
}

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex');
}
