import type { SubscriberEvent } from '../../core/events/subscriber-event.ts';
import { integerBetween } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';

/** Ways in which a line cannot be understood. */
export const FLAWS = ['truncated', 'noise', 'no_subscriber', 'no_event_id', 'far_future', 'wrong_type'] as const;

export type Flaw = (typeof FLAWS)[number];

/** 2286-01-01, as a broken clock or a wrong unit would give it. */
const FAR_FUTURE_MS = Date.parse('2286-01-01T00:00:00Z');
const FIRST_PRINTABLE = 0x21;
const LAST_PRINTABLE = 0x7e;

/** A broken copy of an event. Readers must reject it; the event itself is delivered whole as well. */
export function malformedLine(random: Random, flaw: Flaw, event: SubscriberEvent): string {
  switch (flaw) {
    case 'truncated': {
      const whole = JSON.stringify(event);
      return whole.slice(0, integerBetween(random, 1, whole.length - 1));
    }
    case 'noise':
      // No JSON begins with a tilde.
      return `~${Array.from({ length: 24 }, () => String.fromCharCode(integerBetween(random, FIRST_PRINTABLE, LAST_PRINTABLE))).join('')}`;
    case 'no_subscriber':
      return JSON.stringify({ ...event, subscriberId: '' });
    case 'no_event_id':
      return JSON.stringify({ ...event, eventId: '' });
    case 'far_future':
      return JSON.stringify({ ...event, occurredAtMs: FAR_FUTURE_MS, recordedAtMs: FAR_FUTURE_MS });
    case 'wrong_type':
      return JSON.stringify({ ...event, occurredAtMs: 'yesterday' });
  }
}
