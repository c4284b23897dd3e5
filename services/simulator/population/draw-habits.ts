import {
  CALL_SPREAD,
  CALLS_MESSAGES_CORRELATION,
  CALLS_SPEND_CORRELATION,
  DATA_USERS_SHARE,
  INCOMING_MESSAGES_PER_MONTH,
  OUTGOING_CALLS_PER_MONTH,
  OUTGOING_MESSAGES_PER_MONTH,
  SECONDS_PER_CALL,
  SPEND_PER_MONTH,
  TOP_UP_SIZES,
} from '../calibration.ts';
import {
  between,
  chance,
  integerBetween,
  logNormal,
  normal,
  normalShareBelow,
  pickByTotals,
  runningTotals,
  valueAtShare,
} from '../random/distributions.ts';
import type { QuantilePoint } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import type { Habits } from './subscriber.ts';

const DAYS_PER_MONTH = 30.4;
/** Lengths of one subscriber's calls are log-normal with CALL_SPREAD: their mean lies this far above their median. */
const MEAN_TO_MEDIAN_OF_CALLS = Math.exp(CALL_SPREAD ** 2 / 2);
/** How much a message weighs beside a minute when spend is shared out over both. */
const MESSAGE_IN_MINUTES = 0.3;
const DEAREST_MINUTE_MINOR = 150;
/** Assumption: postpaid subscribers use more voice and fewer messages than the calibrated prepaid ones. */
const POSTPAID_CALLS_SHIFT = 0.35;
const POSTPAID_MESSAGES_FACTOR = 0.35;

const topUpTotals = runningTotals(TOP_UP_SIZES.map(([, weight]) => weight));

/** Draws a subscriber's habits from the calibrated distributions, correlated through one normal level of activity. */
export function drawHabits(random: Random, paymentType: 'prepaid' | 'postpaid'): Habits {
  const isPostpaid = paymentType === 'postpaid';
  const level = normal(random);
  const callLevel = level + (isPostpaid ? POSTPAID_CALLS_SHIFT : 0);
  const messageFactor = isPostpaid ? POSTPAID_MESSAGES_FACTOR : 1;
  const perDay = (points: readonly QuantilePoint[], z: number): number =>
    valueAtShare(points, normalShareBelow(z)) / DAYS_PER_MONTH;

  const callsOutPerDay = perDay(OUTGOING_CALLS_PER_MONTH, callLevel);
  const callsInPerDay = perDay(OUTGOING_CALLS_PER_MONTH, correlated(random, callLevel, 0.85));
  const messageLevel = correlated(random, level, CALLS_MESSAGES_CORRELATION);
  const messagesOutPerDay = messageFactor * perDay(OUTGOING_MESSAGES_PER_MONTH, messageLevel);
  const messagesInPerDay = perDay(INCOMING_MESSAGES_PER_MONTH, correlated(random, messageLevel, 0.6));
  const spendMinor = valueAtShare(
    SPEND_PER_MONTH,
    normalShareBelow(correlated(random, level, CALLS_SPEND_CORRELATION)),
  );
  const meanSecondsPerCall = SECONDS_PER_CALL.medianOfSubscribers * Math.exp(0.4 * correlated(random, level, 0.5));
  const usesData = isPostpaid || chance(random, DATA_USERS_SHARE);

  const minutesPerMonth = (callsOutPerDay * DAYS_PER_MONTH * meanSecondsPerCall) / 60;
  const unitsPerMonth = minutesPerMonth + MESSAGE_IN_MINUTES * messagesOutPerDay * DAYS_PER_MONTH;
  const minuteMinor = unitsPerMonth > 0 ? Math.min(DEAREST_MINUTE_MINOR, spendMinor / unitsPerMonth) : 0;

  return {
    callsOutPerDay,
    callsInPerDay,
    messagesOutPerDay,
    messagesInPerDay,
    sessionsPerDay: usesData ? logNormal(random, 0.9, 0.5) : 0,
    appLoginsPerDay: usesData ? logNormal(random, 0.06, 0.8) : 0,
    medianCallSeconds: meanSecondsPerCall / MEAN_TO_MEDIAN_OF_CALLS,
    medianBytesPerSession: logNormal(random, 40_000_000, 1),
    hourShift: integerBetween(random, -1, 1),
    minuteMinor,
    messageMinor: minuteMinor * MESSAGE_IN_MINUTES,
    topUpMinor: TOP_UP_SIZES[pickByTotals(random, topUpTotals)]?.[0] ?? 600,
    lowBalanceMinor: Math.round(between(random, 20, 250)),
    payday: integerBetween(random, 1, 28),
  };
}

function correlated(random: Random, level: number, correlation: number): number {
  return correlation * level + Math.sqrt(1 - correlation * correlation) * normal(random);
}
