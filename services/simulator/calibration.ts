import type { QuantilePoint } from './random/distributions.ts';

/**
 * What is calibrated, and to what.
 *
 * From 11,192 user-months of a prepaid base in Lithuania, June to August 2013: outgoing calls, seconds per call,
 * outgoing and incoming messages, spend and top-up sizes of prepaid subscribers, and how they go together. Money keeps the numbers of
 * that table (minor units are hundredths of its currency).
 * From 22,671 single usage events of 2016: the shape of the day for voice, data and messages, and the shape of the week.
 *
 * Not calibrated, as no data was at hand: incoming calls, who calls whom, postpaid subscribers, care, and the use of data
 * (5.5 % of that base used it in 2013; a share of today is assumed instead).
 */

export const OUTGOING_CALLS_PER_MONTH: readonly QuantilePoint[] = [
  [0, 0],
  [0.1, 0],
  [0.25, 4],
  [0.5, 17],
  [0.75, 45],
  [0.9, 92],
  [0.95, 141],
  [0.99, 294],
  [1, 420],
];

export const OUTGOING_MESSAGES_PER_MONTH: readonly QuantilePoint[] = [
  [0, 0],
  [0.34, 0],
  [0.5, 6],
  [0.75, 37],
  [0.9, 101],
  [0.95, 174],
  [0.99, 407],
  [1, 600],
];

export const INCOMING_MESSAGES_PER_MONTH: readonly QuantilePoint[] = [
  [0, 0],
  [0.1, 0],
  [0.25, 1],
  [0.5, 7],
  [0.75, 13],
  [0.9, 22],
  [0.95, 30],
  [0.99, 61],
  [1, 90],
];

/** Spend per month in minor units. */
export const SPEND_PER_MONTH: readonly QuantilePoint[] = [
  [0, 0],
  [0.18, 0],
  [0.25, 15],
  [0.5, 285],
  [0.75, 878],
  [0.9, 1_908],
  [0.95, 3_019],
  [0.99, 6_554],
  [1, 9_000],
];

/** Correlations of the logarithms, found in the same user-months. */
export const CALLS_MESSAGES_CORRELATION = 0.56;
export const CALLS_SPEND_CORRELATION = 0.79;

/** Over all calls, and for the median of the subscribers' own means: who calls more also talks longer. */
export const SECONDS_PER_CALL = { meanOfCalls: 56, medianOfSubscribers: 41 };

/** Assumed spread of the lengths of one subscriber's calls (standard deviation of the logarithm). */
export const CALL_SPREAD = 0.84;

export const TOP_UPS_PER_MONTH = 0.9;

/** Top-up sizes in minor units with their relative frequency. */
export const TOP_UP_SIZES: readonly (readonly [amountMinor: number, weight: number])[] = [
  [400, 654],
  [500, 633],
  [600, 1_316],
  [900, 238],
  [1_000, 147],
  [1_200, 1_152],
  [1_500, 215],
  [2_400, 373],
  [3_600, 145],
];

/** Assumed, see above: share of prepaid subscribers that use data. */
export const DATA_USERS_SHARE = 0.7;

/** Of 1,000 events of a day, how many begin in each local hour. */
export const VOICE_BY_HOUR: readonly number[] = [
  12, 10, 5, 5, 5, 8, 21, 28, 40, 50, 57, 64, 70, 68, 67, 66, 68, 66, 62, 65, 60, 46, 36, 21,
];
export const DATA_BY_HOUR: readonly number[] = [
  34, 33, 32, 30, 26, 34, 36, 41, 42, 45, 46, 45, 51, 52, 47, 49, 48, 53, 50, 44, 45, 41, 38, 39,
];
export const MESSAGE_BY_HOUR: readonly number[] = [
  26, 13, 9, 4, 3, 9, 16, 25, 37, 42, 51, 57, 58, 63, 64, 66, 62, 64, 63, 65, 66, 58, 46, 32,
];

/** Relative level of each day of the week from Monday; the mean is 1. */
export const VOICE_BY_WEEKDAY: readonly number[] = [1.02, 1.03, 1.02, 1.02, 1.06, 0.95, 0.9];
export const DATA_BY_WEEKDAY: readonly number[] = [0.98, 1.0, 1.06, 1.08, 0.97, 0.96, 0.95];
export const MESSAGE_BY_WEEKDAY: readonly number[] = [1.06, 1.04, 0.95, 1.08, 0.99, 0.97, 0.91];
