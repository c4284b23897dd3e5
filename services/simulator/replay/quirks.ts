/**
 * What in the source tables contradicts itself or the rest, by name. Each is counted where it is met, so that a replay can
 * say how often its input was odd:
 *
 * - `tenure_unknown`: the lifetime counts from the Unix epoch, so the activation date is not known; none is sent.
 * - `inactivity_contradicts_activity`: events in the month, yet the last is said to lie before it; the days are free.
 * - `inactivity_precedes_activation`: the last event is said to lie before the activation; the days are free.
 * - `calls_both_abroad_and_on_or_off_net`: parts add up to more than the total; some calls are in two parts.
 * - `call_parts_contradict_total`: no overlap explains the parts; the total is kept, and of the parts what fits.
 * - `call_maximum_out_of_reach`: totals allow no call of the stated longest duration or highest charge.
 * - `message_maximum_out_of_reach`: totals allow no message of the stated highest charge.
 * - `negative_top_ups`: money taken back; the top-ups of the month are sent as reversals.
 * - `zero_top_ups`: top-ups that add up to nothing.
 * - `negative_charge`: a credit; the events of the month carry charges below zero.
 * - `message_parts_contradict_total`: messages in the parts do not fit the total; the total is kept.
 * - `spend_differs_from_parts`: the row's own total spend is not that of calls, messages and data; the parts are kept.
 */
const NONE = {
  tenure_unknown: 0,
  inactivity_contradicts_activity: 0,
  inactivity_precedes_activation: 0,
  calls_both_abroad_and_on_or_off_net: 0,
  call_parts_contradict_total: 0,
  call_maximum_out_of_reach: 0,
  message_maximum_out_of_reach: 0,
  negative_top_ups: 0,
  zero_top_ups: 0,
  negative_charge: 0,
  message_parts_contradict_total: 0,
  spend_differs_from_parts: 0,
};

export type Quirk = keyof typeof NONE;

/** Number of user-months in which each quirk was met. */
export type QuirkCounts = Readonly<Record<Quirk, number>>;

export interface QuirkBook {
  note(quirk: Quirk): void;
  counts(): QuirkCounts;
}

export function openQuirkBook(): QuirkBook {
  const counts: Record<Quirk, number> = { ...NONE };
  return {
    note(quirk) {
      counts[quirk] += 1;
    },
    counts: () => ({ ...counts }),
  };
}
