import { isPartitionMark } from '../core/events/subscriber-event.ts';
import type { LogRecord } from '../core/events/subscriber-event.ts';
import { FLAWS, malformedLine } from './disorder/malformed.ts';
import type { Flaw } from './disorder/malformed.ts';
import { chance, pick } from './random/distributions.ts';
import { PURPOSE } from './random/purposes.ts';
import { openRandom, seedOf } from './random/random.ts';

export type FlawCounts = Record<Flaw, number>;

export function emptyFlawCounts(): FlawCounts {
  return { truncated: 0, noise: 0, no_subscriber: 0, no_event_id: 0, far_future: 0, wrong_type: 0 };
}

/**
 * Records as lines of JSON in their order; each malformed copy follows its original, which stays whole.
 *
 * @param malformedShare malformed copies to add, as a share (0–1) of the events.
 */
export function* toLines(
  records: Iterable<LogRecord>,
  { seed, malformedShare }: { readonly seed: number; readonly malformedShare: number },
  flaws: FlawCounts,
): Generator<string> {
  for (const record of records) {
    yield JSON.stringify(record);
    if (malformedShare === 0 || isPartitionMark(record)) continue;
    const random = openRandom(seed, PURPOSE.malformed, seedOf(record.eventId));
    if (!chance(random, malformedShare)) continue;
    const flaw = pick(random, FLAWS);
    flaws[flaw] += 1;
    yield malformedLine(random, flaw, record);
  }
}
