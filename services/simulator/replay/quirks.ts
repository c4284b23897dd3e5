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
export const QUIRKS = [
  'tenure_unknown',
  'inactivity_contradicts_activity',
  'inactivity_precedes_activation',
  'calls_both_abroad_and_on_or_off_net',
  'call_parts_contradict_total',
  'call_maximum_out_of_reach',
  'message_maximum_out_of_reach',
  'negative_top_ups',
  'zero_top_ups',
  'negative_charge',
  'message_parts_contradict_total',
  'spend_differs_from_parts',
] as const;

export type Quirk = (typeof QUIRKS)[number];

/** Number of user-months in which each quirk was met. */
export type QuirkCounts = Readonly<Record<Quirk, number>>;

export interface QuirkBook {
  note(quirk: Quirk): void;
  counts(): QuirkCounts;
}

export function openQuirkBook(): QuirkBook {
  const counts = new Map<Quirk, number>();
  return {
    note(quirk) {
      counts.set(quirk, (counts.get(quirk) ?? 0) + 1);
    },
    counts: () => ({
      tenure_unknown: counts.get('tenure_unknown') ?? 0,
      inactivity_contradicts_activity: counts.get('inactivity_contradicts_activity') ?? 0,
      inactivity_precedes_activation: counts.get('inactivity_precedes_activation') ?? 0,
      calls_both_abroad_and_on_or_off_net: counts.get('calls_both_abroad_and_on_or_off_net') ?? 0,
      call_parts_contradict_total: counts.get('call_parts_contradict_total') ?? 0,
      call_maximum_out_of_reach: counts.get('call_maximum_out_of_reach') ?? 0,
      message_maximum_out_of_reach: counts.get('message_maximum_out_of_reach') ?? 0,
      negative_top_ups: counts.get('negative_top_ups') ?? 0,
      zero_top_ups: counts.get('zero_top_ups') ?? 0,
      negative_charge: counts.get('negative_charge') ?? 0,
      message_parts_contradict_total: counts.get('message_parts_contradict_total') ?? 0,
      spend_differs_from_parts: counts.get('spend_differs_from_parts') ?? 0,
    }),
  };
}
