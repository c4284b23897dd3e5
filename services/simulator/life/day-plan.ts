import { ORDINARY } from '../churn/story.ts';
import { HOUR_MS } from '../calendar.ts';
import type { LocalDay } from '../calendar.ts';
import type { ScheduledBody } from '../feeds.ts';
import { chance, integerBetween, poisson } from '../random/distributions.ts';
import { PURPOSE } from '../random/purposes.ts';
import { openRandom } from '../random/random.ts';
import { drawCareBodies } from './care-bodies.ts';
import { USE_WHILE_AWAY } from './draw-trip.ts';
import { DATA_RHYTHM, levelOn, MESSAGE_RHYTHM, timeOn, VOICE_RHYTHM } from './rhythm.ts';
import type { Rhythm } from './rhythm.ts';
import type { SubscriberState } from './subscriber-state.ts';
import { isAway } from './where-at.ts';

/** What happens; the body is made when its moment comes, so that a day costs a few bytes per event. */
export const DEED = {
  callOut: 0,
  callIn: 1,
  messageOut: 2,
  messageIn: 3,
  session: 4,
  topUp: 5,
  appLogin: 6,
  bill: 7,
  balance: 8,
  scheduled: 9,
} as const;

export type Deed = (typeof DEED)[keyof typeof DEED];

/** The moments of a day, filled subscriber by subscriber, read in time order. */
export interface DayPlan {
  readonly day: LocalDay;
  add(stateIndex: number, deed: Deed, atMs: number): void;
  addScheduled(stateIndex: number, scheduled: ScheduledBody): void;
  inTimeOrder(): Generator<PlannedMoment>;
}

/** Reused for every moment: read it before asking for the next. */
export interface PlannedMoment {
  atMs: number;
  stateIndex: number;
  deed: Deed;
  scheduled: ScheduledBody | undefined;
}

/** Milliseconds of a day need 27 bits; with the place of the entry below them, one double holds both and sorts fast. */
const PLACES = 2 ** 26;
const FIRST_CAPACITY = 4_096;

export function createDayPlan(day: LocalDay): DayPlan {
  let keys = new Float64Array(FIRST_CAPACITY);
  let stateIndices = new Uint32Array(FIRST_CAPACITY);
  let deeds = new Uint8Array(FIRST_CAPACITY);
  const scheduledByPlace = new Map<number, ScheduledBody>();
  let count = 0;

  function add(stateIndex: number, deed: Deed, atMs: number): void {
    if (count === PLACES) throw new RangeError('more than 67 million events in one day');
    if (count === keys.length) {
      keys = grown(keys, new Float64Array(2 * count));
      stateIndices = grown(stateIndices, new Uint32Array(2 * count));
      deeds = grown(deeds, new Uint8Array(2 * count));
    }
    keys[count] = (atMs - day.startMs) * PLACES + count;
    stateIndices[count] = stateIndex;
    deeds[count] = deed;
    count += 1;
  }

  return {
    day,
    add,
    addScheduled(stateIndex, scheduled) {
      scheduledByPlace.set(count, scheduled);
      add(stateIndex, DEED.scheduled, scheduled.atMs);
    },
    *inTimeOrder() {
      const sorted = keys.subarray(0, count).sort();
      const moment: PlannedMoment = { atMs: 0, stateIndex: 0, deed: DEED.callOut, scheduled: undefined };
      for (const key of sorted) {
        const sinceMs = Math.floor(key / PLACES);
        const place = key - sinceMs * PLACES;
        moment.atMs = day.startMs + sinceMs;
        moment.stateIndex = stateIndices[place] ?? 0;
        moment.deed = toDeed(deeds[place]);
        moment.scheduled = scheduledByPlace.get(place);
        yield moment;
      }
    },
  };
}

const ALL_DEEDS: readonly Deed[] = Object.values(DEED);

function toDeed(code: number | undefined): Deed {
  return ALL_DEEDS[code ?? 0] ?? DEED.callOut;
}

function grown<T extends Float64Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Adds one subscriber's day to the plan. */
export function planDay(plan: DayPlan, seed: number, stateIndex: number, state: SubscriberState): void {
  const { day } = plan;
  const { subscriber, story, trip } = state;
  const endsAtMs = story?.truth.churnedAtMs ?? Infinity;
  addUpcoming(plan, stateIndex, state);
  if (subscriber.activatedAtMs >= day.endMs || endsAtMs <= day.startMs) return;

  const { index, habits } = subscriber;
  const factors = story?.factorsOn(day.startMs) ?? ORDINARY;
  const presence = isAway(trip, day) ? USE_WHILE_AWAY : 1;
  const add = (deed: Deed, atMs: number): void => {
    if (atMs >= subscriber.activatedAtMs && atMs < endsAtMs) plan.add(stateIndex, deed, atMs);
  };
  const addUse = (purpose: number, rhythm: Rhythm, uses: readonly (readonly [Deed, perDay: number])[]): void => {
    const random = openRandom(seed, purpose, index, day.index);
    const level = levelOn(rhythm, day) * presence;
    for (const [deed, perDay] of uses) {
      for (let left = poisson(random, perDay * level); left > 0; left -= 1) {
        add(deed, timeOn(random, rhythm, day, habits.hourShift));
      }
    }
  };

  addUse(PURPOSE.voice, VOICE_RHYTHM, [
    [DEED.callOut, habits.callsOutPerDay * factors.callsOut],
    [DEED.callIn, habits.callsInPerDay * factors.callsIn],
  ]);
  addUse(PURPOSE.message, MESSAGE_RHYTHM, [
    [DEED.messageOut, habits.messagesOutPerDay * factors.messagesOut],
    [DEED.messageIn, habits.messagesInPerDay * factors.messagesIn],
  ]);
  addUse(PURPOSE.data, DATA_RHYTHM, [[DEED.session, habits.sessionsPerDay * factors.sessions]]);
  addUse(PURPOSE.app, MESSAGE_RHYTHM, [[DEED.appLogin, habits.appLoginsPerDay * factors.appLogins]]);
  addMoney(day, seed, state, factors.topUps, add);
}

/** Puts what falls on this day into the plan, and draws what the desk will see of the subscriber. */
function addUpcoming(plan: DayPlan, stateIndex: number, state: SubscriberState): void {
  if (state.upcoming.length === 0) return;
  const { day } = plan;
  const endsAtMs = state.story?.truth.churnedAtMs ?? Infinity;
  const later: ScheduledBody[] = [];
  for (const scheduled of state.upcoming) {
    // The last words of an ending carry the very instant of the end; whatever is later is never said.
    if (scheduled.atMs > endsAtMs) continue;
    if (scheduled.atMs >= day.endMs) later.push(scheduled);
    else plan.addScheduled(stateIndex, scheduled);
  }
  state.upcoming = later;
}

/** Lets the ordinary odds of contacts, complaints and faults work on a day; what they bring is due then or later. */
export function drawUpcoming(day: LocalDay, seed: number, state: SubscriberState): void {
  const { subscriber, story } = state;
  const isThere = subscriber.activatedAtMs < day.startMs && (story?.truth.churnedAtMs ?? Infinity) > day.startMs;
  if (!isThere || story?.truth.mechanism === 'farmed_sim') return;
  state.upcoming.push(...drawCareBodies(openRandom(seed, PURPOSE.care, subscriber.index, day.index), state, day));
}

function addMoney(
  day: LocalDay,
  seed: number,
  state: SubscriberState,
  topUpFactor: number,
  add: (deed: Deed, atMs: number) => void,
): void {
  const { habits, index } = state.subscriber;
  const random = openRandom(seed, PURPOSE.topUp, index, day.index);
  const duringDay = (): number => day.startMs + integerBetween(random, 8 * HOUR_MS, 22 * HOUR_MS);
  if (state.plan.paymentType === 'postpaid') {
    if (day.dayOfMonth === 1 && day.index > 0) add(DEED.bill, day.startMs + integerBetween(random, 1, 6 * HOUR_MS));
    return;
  }
  if (day.dayOfMonth === 1) add(DEED.balance, day.startMs + integerBetween(random, 1, HOUR_MS));
  if (state.balanceMinor >= habits.lowBalanceMinor) return;
  const daysSincePayday = (day.dayOfMonth - habits.payday + 31) % 31;
  const odds = daysSincePayday <= 2 ? 0.8 : 0.2;
  if (chance(random, odds * topUpFactor)) add(DEED.topUp, duringDay());
}
