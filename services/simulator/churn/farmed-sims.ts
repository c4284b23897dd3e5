import { DAY_MS, HOUR_MS } from '../calendar.ts';
import { createCircle } from '../population/draw-circle.ts';
import type { Device, Habits, Subscriber } from '../population/subscriber.ts';
import { between, integerBetween } from '../random/distributions.ts';
import type { Random } from '../random/random.ts';
import { DEVICE_MODELS, PREPAID_PLANS } from '../world/catalogue.ts';
import type { Area, SalesChannel } from '../world/catalogue.ts';
import type { Line } from '../world/line.ts';
import { rawImeiOf } from '../world/numbers.ts';
import type { Stage } from './stage.ts';
import { ORDINARY } from './story.ts';
import type { Story } from './story.ts';

/** Barely alive: below five incoming calls a month, no data, the smallest top-up. */
const FARMED_HABITS: Habits = {
  callsOutPerDay: 0.12,
  callsInPerDay: 0.02,
  messagesOutPerDay: 0.03,
  messagesInPerDay: 0.05,
  sessionsPerDay: 0,
  appLoginsPerDay: 0,
  medianCallSeconds: 8,
  medianBytesPerSession: 0,
  hourShift: 1,
  minuteMinor: 10,
  messageMinor: 3,
  topUpMinor: 400,
  lowBalanceMinor: 20,
  payday: 1,
};

/** Ordinals of farmed devices, far from those of the subscribers' own. */
const FIRST_DEVICE_ORDINAL = 900_000;
const DAYS_KEPT_ALIVE: readonly [number, number] = [25, 45];

export interface Farmed {
  readonly subscriber: Subscriber;
  readonly story: Story;
}

/**
 * One handset's worth of SIMs that a dealer activates by night and keeps barely alive until the commission is paid. They call
 * each other only.
 *
 * @param firstIndex index of the first of the new subscribers.
 */
export function planFarmedSims(
  random: Random,
  stage: Stage,
  given: {
    readonly firstIndex: number;
    readonly count: number;
    readonly farmNumber: number;
    readonly channel: SalesChannel;
    readonly area: Area;
  },
): readonly Farmed[] {
  const { firstIndex, count, farmNumber, channel, area } = given;
  const model = DEVICE_MODELS[4];
  const imeiHash = stage.pseudonymOf(rawImeiOf(model.typeCode, FIRST_DEVICE_ORDINAL + farmNumber));
  const lines = Array.from({ length: count }, () => stage.newLine('own'));
  const days = (stage.period.endMs - stage.period.startMs) / DAY_MS;
  const burstDay = integerBetween(random, 1, Math.max(1, Math.floor(days * 0.35)));
  return lines.map((line, place) => {
    const nightMs = integerBetween(random, 22 * HOUR_MS, 30 * HOUR_MS);
    const activatedAtMs = stage.period.startMs + (burstDay - 1) * DAY_MS + nightMs;
    const subscriber = farmedSubscriber({
      index: firstIndex + place,
      line,
      others: lines.filter((other) => other !== line),
      channel,
      area,
      device: { ...model, imeiHash },
      activatedAtMs,
    });
    return { subscriber, story: farmedStory(random, subscriber, stage) };
  });
}

function farmedSubscriber(given: {
  readonly index: number;
  readonly line: Line;
  readonly others: readonly Line[];
  readonly channel: SalesChannel;
  readonly area: Area;
  readonly device: Device;
  readonly activatedAtMs: number;
}): Subscriber {
  const { index, line, others, channel, area, device, activatedAtMs } = given;
  const cell = area.cells[9] ?? area.cells[0];
  return {
    index,
    subscriberId: line.party.partyId,
    line,
    customerId: `customer-farm-${index}`,
    customerType: 'personal',
    groupId: '',
    plan: PREPAID_PLANS[0],
    activatedAtMs,
    channel,
    device,
    contract: undefined,
    places: { areaId: area.areaId, branchId: area.branchId, home: [cell], work: [cell] },
    habits: FARMED_HABITS,
    circle: createCircle(
      others,
      others.map(() => 1),
    ),
    person: { birthYear: 1980, sex: 'male', creditClass: 'c' },
  };
}

function farmedStory(random: Random, subscriber: Subscriber, { period }: Stage): Story {
  const aliveDays = between(random, ...DAYS_KEPT_ALIVE);
  const churnedAtMs = Math.round(Math.min(subscriber.activatedAtMs + aliveDays * DAY_MS, period.endMs - HOUR_MS));
  subscriber.line.change = { fromMs: churnedAtMs, to: undefined };
  return {
    truth: {
      mechanism: 'farmed_sim',
      subscriberId: subscriber.subscriberId,
      onsetAtMs: subscriber.activatedAtMs,
      churnedAtMs,
      ending: 'silence',
      reachableAs: '',
      channelId: subscriber.channel.channelId,
      imeiHash: subscriber.device.imeiHash,
    },
    factorsOn: () => ORDINARY,
    scheduled: [],
    rivalLines: [],
  };
}
