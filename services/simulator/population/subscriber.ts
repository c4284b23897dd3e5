import type { CellLocation } from '../../core/events/common.ts';
import type { DeviceModel, Plan, SalesChannel } from '../world/catalogue.ts';
import type { Line } from '../world/line.ts';

/** What is fixed about a subscriber for the whole simulation; what moves is in `SubscriberState`. */
export interface Subscriber {
  /** Names the subscriber's random streams; stable for a seed. */
  readonly index: number;
  readonly subscriberId: string;
  readonly line: Line;
  readonly customerId: string;
  readonly customerType: 'personal' | 'family' | 'group' | 'government_enterprise';
  /** Family or corporate group; '' for none. */
  readonly groupId: string;
  readonly plan: Plan;
  /** Before the simulated period for most, inside it for newcomers. */
  readonly activatedAtMs: number;
  readonly channel: SalesChannel;
  readonly device: Device;
  readonly contract: Contract | undefined;
  readonly places: Places;
  readonly habits: Habits;
  readonly circle: Circle;
  readonly person: Person;
}

export interface Device extends DeviceModel {
  readonly imeiHash: string;
}

export interface Contract {
  readonly contractId: string;
  readonly campaignId: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  /** Taken off the monthly fee while the contract runs. */
  readonly discountMinor: number;
  readonly renewsAtEnd: boolean;
}

/** Where the subscriber is; the first cell of each list is the usual one. */
export interface Places {
  readonly areaId: string;
  readonly branchId: string;
  readonly home: readonly [CellLocation, ...CellLocation[]];
  readonly work: readonly [CellLocation, ...CellLocation[]];
}

/** Mean use on an ordinary day, and how it is paid for. */
export interface Habits {
  readonly callsOutPerDay: number;
  readonly callsInPerDay: number;
  readonly messagesOutPerDay: number;
  readonly messagesInPerDay: number;
  readonly sessionsPerDay: number;
  readonly appLoginsPerDay: number;
  readonly medianCallSeconds: number;
  readonly medianBytesPerSession: number;
  /** Early birds −1, night owls 1. */
  readonly hourShift: number;
  /** What a minute and a message cost this subscriber on average, discounts included; fractions of a minor unit. */
  readonly minuteMinor: number;
  readonly messageMinor: number;
  readonly topUpMinor: number;
  readonly lowBalanceMinor: number;
  /** Day of the month, 1–28. */
  readonly payday: number;
}

/** Whom the subscriber talks to. `totals` are running totals of the weights of `lines`. */
export interface Circle {
  readonly lines: readonly Line[];
  readonly totals: Float64Array;
}

export interface Person {
  readonly birthYear: number;
  readonly sex: 'female' | 'male';
  readonly creditClass: 'a' | 'b' | 'c';
}
