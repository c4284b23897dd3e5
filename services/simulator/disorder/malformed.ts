import type { SubscriberEvent } from '../../core/events/subscriber-event.ts';
import { integerBetween } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';

/** Ways in which a record cannot be understood. */
export const FLAWS = ['truncated', 'noise', 'empty', 'wrong_key', 'no_event_id', 'far_future'] as const;

export type Flaw = (typeof FLAWS)[number];

/** 2286-01-01, as a broken clock or a wrong unit would give it. */
const FAR_FUTURE_MS = Date.parse('2286-01-01T00:00:00Z');

/** A broken copy of an event. Readers must park it; the event itself is delivered whole as well. */
export function malformedCopy(
  random: Random,
  flaw: Flaw,
  event: SubscriberEvent,
  encode: (event: SubscriberEvent) => Uint8Array,
): { readonly key: string; readonly value: Uint8Array } {
  const key = event.subscriberId;
  switch (flaw) {
    case 'truncated': {
      const whole = encode(event);
      // The body stands last: a cut of one byte already leaves it shorter than it says.
      return { key, value: whole.slice(0, whole.length - integerBetween(random, 1, Math.min(8, whole.length - 1))) };
    }
    case 'noise':
      // 0xff opens with a wire type that does not exist.
      return {
        key,
        value: Uint8Array.from({ length: 24 }, (_, at) => (at === 0 ? 0xff : integerBetween(random, 0, 255))),
      };
    case 'empty':
      return { key, value: new Uint8Array(0) };
    case 'wrong_key':
      return { key: `${key}-x`, value: encode(event) };
    case 'no_event_id':
      return { key, value: encode({ ...event, eventId: '' }) };
    case 'far_future':
      return { key, value: encode({ ...event, occurredAtMs: FAR_FUTURE_MS, recordedAtMs: FAR_FUTURE_MS }) };
  }
}
