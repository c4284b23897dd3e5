import type { EventBody } from '../events/subscriber-event.ts';
import type { Latest } from '../subscriber/subscriber-state.ts';
import { isOwnActivity } from './own-activity.ts';
import { statedClosure } from './stated-closure.ts';

/**
 * What counts as churn after an instant, told by the log itself. The window begins right after the instant that the
 * vector speaks of, so that no event is both in a feature and in the label, and lasts `days` × 24 hours:
 *
 *     vector as-of                           window's end: from here on the row is mature
 *     ────●(─────────────── days ───────────────]────▶ event time
 *
 * - `inactivity`: 1 where the window holds no own activity. For customers who pay before use: they just fall silent.
 * - `departure`: 1 where the subscription has ended in the window and has not come back by its end. For customers with
 *   a contract: they leave in writing.
 */
export interface LabelDefinition {
  readonly name: 'inactivity' | 'departure';
  readonly days: number;
}

/** 1 is churn. */
export type Label = 0 | 1;

/** The last thing in a window that matters to the label; undefined where there is none. */
export type LabelEvidence = Latest<boolean> | undefined;

const DAY_MS = 86_400_000;
export const MAX_LABEL_DAYS = 365;

const MEANINGS: Readonly<Record<LabelDefinition['name'], string>> = {
  inactivity: 'no outgoing call or message, no data and no top-up',
  departure: 'deactivated, closed or ported out, and not back by the end',
};

/** "inactivity:30" as a definition; undefined where it is none. */
export function parseLabelDefinition(text: string): LabelDefinition | undefined {
  const [, name, digits] = /^(inactivity|departure):(\d{1,3})$/.exec(text) ?? [];
  const days = Number(digits);
  if (name === undefined || days < 1 || days > MAX_LABEL_DAYS) return undefined;
  return { name: name === 'departure' ? 'departure' : 'inactivity', days };
}

/** For people and for the data set's own description. */
export function meaningOfLabel({ name, days }: LabelDefinition): string {
  return `${MEANINGS[name]}, within ${days} days after the instant that the vector speaks of`;
}

/** Last instant of the window of a vector. */
export function windowEndMs({ days }: LabelDefinition, vectorAsOfMs: number): number {
  return vectorAsOfMs + days * DAY_MS;
}

/** What an event says to a label of this definition; undefined for most. */
export function evidenceOf({ name }: LabelDefinition, body: EventBody): boolean | undefined {
  if (name === 'departure') return statedClosure(body);
  return isOwnActivity(body) ? true : undefined;
}

export function labelFrom({ name }: LabelDefinition, evidence: LabelEvidence): Label {
  if (name === 'departure') return evidence?.value === true ? 1 : 0;
  return evidence === undefined ? 1 : 0;
}
