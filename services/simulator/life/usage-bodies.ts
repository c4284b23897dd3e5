import type { Direction, OtherParty } from '../../core/events/common.ts';
import type { Call, DataSession, Message, TopUp } from '../../core/events/usage.ts';
import { CALL_SPREAD, TOP_UP_SIZES } from '../calibration.ts';
import type { LocalDay } from '../calendar.ts';
import { ORDINARY } from '../churn/story.ts';
import type { Factors } from '../churn/story.ts';
import {
  chance,
  integerBetween,
  logNormal,
  pick,
  pickByTotals,
  roundFairly,
  runningTotals,
} from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import { lineAt } from '../world/line.ts';
import type { SubscriberState } from './subscriber-state.ts';
import { isAway, whereAt } from './where-at.ts';

/** One moment of one subscriber, with the stream of chance that belongs to it. */
export interface Moment {
  readonly random: Random;
  readonly state: SubscriberState;
  readonly day: LocalDay;
  readonly atMs: number;
}

const MEGABYTE = 1_000_000;
const FAILED_CALLS_SHARE = 0.02;
const DROPPED_CALLS_SHARE = 0.008;
const ORDINARY_KBPS = 14_000;
const HABITUAL_TOP_UP_SHARE = 0.8;

const topUpTotals = runningTotals(TOP_UP_SIZES.map(([, weight]) => weight));

/** A call made or received; undefined if the person meant is no longer reached. */
export function callAt(moment: Moment, direction: 'mobile_originated' | 'mobile_terminated'): Call | undefined {
  const { random, state, day, atMs } = moment;
  const otherParty = otherPartyAt(moment, direction);
  if (otherParty === undefined) return undefined;
  const { subscriber, trip } = state;
  const isFailed = chance(random, FAILED_CALLS_SHARE);
  const durationS = isFailed
    ? 0
    : Math.max(1, Math.round(logNormal(random, subscriber.habits.medianCallSeconds, CALL_SPREAD)));
  const chargeMinor = direction === 'mobile_originated' ? chargeForCall(moment, durationS) : 0;
  return {
    type: 'call',
    direction,
    otherParty,
    durationS,
    billedDurationS: direction === 'mobile_originated' ? Math.ceil(durationS / 60) * 60 : 0,
    chargeMinor,
    scope: scopeOf(otherParty, isAway(trip, day)),
    result: isFailed ? 'failed' : chance(random, DROPPED_CALLS_SHARE) ? 'dropped' : 'answered',
    location: whereAt(random, subscriber, trip, day, atMs),
    imeiHash: subscriber.device.imeiHash,
    forwardedTo: undefined,
    inVpn: subscriber.customerType === 'group' && otherParty.network === 'on_net' && chance(random, 0.3),
    callReference: '',
    recordSequenceNumber: 0,
  };
}

function scopeOf({ network }: OtherParty, away: boolean): Call['scope'] {
  if (away) return 'roaming';
  return network === 'international' ? 'international' : 'local';
}

function chargeForCall({ random, state }: Moment, durationS: number): number {
  const { plan, month } = state;
  const { habits } = state.subscriber;
  month.seconds += durationS;
  const isFree = plan.paymentType === 'postpaid' && month.seconds <= plan.allowanceMinutes * 60;
  const minuteMinor = plan.paymentType === 'postpaid' ? plan.minuteMinor : habits.minuteMinor;
  const chargeMinor = isFree ? 0 : roundFairly(random, (durationS / 60) * minuteMinor);
  month.voiceMinor += chargeMinor;
  state.balanceMinor -= chargeMinor;
  return chargeMinor;
}

export function messageAt(moment: Moment, direction: 'mobile_originated' | 'mobile_terminated'): Message | undefined {
  const { random, state, day, atMs } = moment;
  const otherParty = otherPartyAt(moment, direction);
  if (otherParty === undefined) return undefined;
  const { subscriber, trip } = state;
  const price = state.plan.paymentType === 'postpaid' ? 1 : subscriber.habits.messageMinor;
  const chargeMinor = direction === 'mobile_originated' ? roundFairly(random, price) : 0;
  state.month.messageMinor += chargeMinor;
  state.balanceMinor -= chargeMinor;
  return {
    type: 'message',
    kind: chance(random, 0.02) ? 'mms' : 'sms',
    direction,
    otherParty,
    chargeMinor,
    location: whereAt(random, subscriber, trip, day, atMs),
    imeiHash: subscriber.device.imeiHash,
  };
}

/** A data session. Bytes beyond the month's allowance are charged and counted apart. */
export function sessionAt(moment: Moment, factors: Factors): DataSession {
  const { random, state, day, atMs } = moment;
  const { subscriber, trip, month, plan } = state;
  const { habits } = subscriber;
  const bytes = Math.round(logNormal(random, habits.medianBytesPerSession, 1.2));
  const upBytes = Math.round(bytes * 0.1);
  const outOfBundleBytes = Math.max(0, Math.min(bytes, month.bytes + bytes - plan.allowanceBytes));
  const chargeMinor = roundFairly(random, (outOfBundleBytes / MEGABYTE) * plan.megabyteMinor);
  month.bytes += bytes;
  month.dataMinor += chargeMinor;
  state.balanceMinor -= chargeMinor;
  return {
    type: 'data_session',
    durationS: Math.round(logNormal(random, 1_100, 0.9)),
    upBytes,
    downBytes: bytes - upBytes,
    access: 'mobile',
    radioGeneration: chance(random, 0.35) ? '5g' : '4g',
    chargeMinor,
    outOfBundleBytes,
    outOfBundleChargeMinor: chargeMinor,
    meanKbps: Math.round(factors.speed * logNormal(random, ORDINARY_KBPS, 0.5)),
    location: whereAt(random, subscriber, trip, day, atMs),
    imeiHash: subscriber.device.imeiHash,
    roaming: isAway(trip, day),
    chargingId: '',
    recordSequenceNumber: 0,
  };
}

export function topUpAt({ random, state }: Moment): TopUp {
  const { habits } = state.subscriber;
  const amountMinor = chance(random, HABITUAL_TOP_UP_SHARE)
    ? habits.topUpMinor
    : (TOP_UP_SIZES[pickByTotals(random, topUpTotals)]?.[0] ?? habits.topUpMinor);
  state.balanceMinor += amountMinor;
  const [channel, paymentWay] = pick(random, [
    ['app', 'wallet'],
    ['app', 'wallet'],
    ['self_service', 'voucher'],
    ['payment_provider', 'bank'],
    ['own_shop', 'cash'],
  ] as const);
  return { type: 'top_up', amountMinor, channel, paymentWay, balanceAfterMinor: state.balanceMinor };
}

const TRIES_TO_REACH = 3;

function otherPartyAt({ random, state, day, atMs }: Moment, direction: Direction): OtherParty | undefined {
  const { subscriber, story } = state;
  const { circle } = subscriber;
  const { rivalShare } = story?.factorsOn(day.startMs) ?? ORDINARY;
  if (story !== undefined && direction === 'mobile_originated' && rivalShare > 0 && chance(random, rivalShare)) {
    const rival = story.rivalLines[integerBetween(random, 0, story.rivalLines.length - 1)];
    const reached = rival === undefined ? undefined : lineAt(rival, atMs);
    if (reached !== undefined) return reached.party;
  }
  for (let tries = 0; tries < TRIES_TO_REACH; tries += 1) {
    const line = circle.lines[pickByTotals(random, circle.totals)];
    const reached = line === undefined ? undefined : lineAt(line, atMs);
    const isPossible = direction === 'mobile_originated' || reached?.party.kind === 'person';
    if (reached !== undefined && isPossible) return reached.party;
  }
  return undefined;
}
