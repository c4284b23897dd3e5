import { buildVector } from '../../services/core/features/vector.ts';
import { FEATURE_NAMES } from '../../services/core/features/registry.ts';
import { decodeSubscriber } from '../../services/core/subscriber/subscriber-codec.ts';
import type { CivilCalendar } from '../../services/core/time/civil-calendar.ts';
import type { ExportedVector } from './read-exported-vectors.ts';

export interface Comparison {
  /** Vectors that the stored state gives again, bit for bit. */
  readonly equal: number;
  /** Vectors of subscribers of whom later events are in the state. */
  readonly later: number;
  /** What differs, for people: subscriber and feature, the first few. */
  readonly differences: readonly string[];
  readonly differing: number;
}

const TOLD = 10;

/**
 * Holds exported vectors to the states that the stream left behind: the same code has to build the same bits from a
 * scorer's stored bytes.
 *
 * @param stored the state of each vector's subscriber, in their order; undefined where there is none.
 */
export function compareWithStates(
  exported: readonly Pick<ExportedVector, 'subscriberId' | 'vectorAsOfMs' | 'vector'>[],
  stored: readonly (Uint8Array | undefined)[],
  calendar: CivilCalendar,
): Comparison {
  let [equal, later, differing] = [0, 0, 0];
  const differences: string[] = [];
  exported.forEach(({ subscriberId, vectorAsOfMs, vector }, i) => {
    const bytes = stored[i];
    const state = bytes === undefined ? undefined : decodeSubscriber(bytes);
    if (state !== undefined && state.lastEventAtMs > vectorAsOfMs) {
      later++;
      return;
    }
    const difference =
      state === undefined ? 'no state' : firstDifference(vector, buildVector(state, vectorAsOfMs, calendar));
    if (difference === undefined) {
      equal++;
      return;
    }
    differing++;
    if (differences.length < TOLD) differences.push(`${subscriberId}: ${difference}`);
  });
  return { equal, later, differing, differences };
}

/** The first feature whose bits differ; every NaN is the same unknown. */
function firstDifference(exported: Float32Array, built: Float32Array): string | undefined {
  if (exported.length !== built.length) return `${exported.length} features, expected ${built.length}`;
  const index = exported.findIndex((value, i) => !Object.is(value, built[i]));
  return index < 0
    ? undefined
    : `${FEATURE_NAMES[index] ?? index} is ${exported[index]}, the state gives ${built[index]}`;
}
