import type { CellLocation, Channel } from '../../core/events/common.ts';

/** An offer of an operator; money in minor units. */
export interface Plan {
  readonly planId: string;
  readonly operatorCode: string;
  readonly paymentType: 'prepaid' | 'postpaid';
  readonly monthlyFeeMinor: number;
  readonly allowanceMinutes: number;
  readonly allowanceBytes: number;
  /** Beyond the allowance; fractions of a minor unit. */
  readonly minuteMinor: number;
  readonly megabyteMinor: number;
}

export interface SalesChannel {
  readonly channelId: string;
  readonly channel: Channel;
}

export interface DeviceModel {
  readonly typeCode: string;
  readonly model: string;
  readonly dualSim: boolean;
}

/** Part of a city with its cells; the first cells serve homes, the last ones workplaces. */
export interface Area {
  readonly areaId: string;
  readonly branchId: string;
  readonly cells: readonly [CellLocation, ...CellLocation[]];
}

const GB = 1_000_000_000;

function plan(
  planId: string,
  operatorCode: string,
  paymentType: Plan['paymentType'],
  [monthlyFeeMinor, allowanceMinutes, gigabytes]: readonly [number, number, number],
): Plan {
  const allowanceBytes = gigabytes * GB;
  return {
    planId,
    operatorCode,
    paymentType,
    monthlyFeeMinor,
    allowanceMinutes,
    allowanceBytes,
    minuteMinor: 15,
    megabyteMinor: paymentType === 'prepaid' ? 0.02 : 0.3,
  };
}

export const PREPAID_PLANS = [
  plan('own-go', 'own', 'prepaid', [0, 0, 2]),
  plan('own-go-data', 'own', 'prepaid', [0, 0, 6]),
  plan('own-go-campus', 'own', 'prepaid', [0, 0, 10]),
] as const;

export const POSTPAID_PLANS = [
  plan('own-smart-29', 'own', 'postpaid', [2_900, 100, 5]),
  plan('own-smart-59', 'own', 'postpaid', [5_900, 300, 15]),
  plan('own-smart-99', 'own', 'postpaid', [9_900, 800, 30]),
  plan('own-smart-159', 'own', 'postpaid', [15_900, 2_000, 60]),
] as const;

export const RIVAL_PLANS = [
  plan('unicom-ice-39', 'unicom', 'postpaid', [3_900, 200, 20]),
  plan('unicom-king-19', 'unicom', 'prepaid', [1_900, 100, 10]),
  plan('telecom-star-49', 'telecom', 'postpaid', [4_900, 300, 30]),
  plan('telecom-fused-129', 'telecom', 'postpaid', [12_900, 1_000, 60]),
] as const;

/** Share of the lines of the market that are not ours, by operator. */
export const RIVALS: readonly (readonly [operatorCode: string, weight: number])[] = [
  ['unicom', 0.48],
  ['telecom', 0.42],
  ['other', 0.06],
  ['abroad', 0.04],
];

export const PORTING_RIVALS = ['unicom', 'telecom'] as const;

/** Entry channels; the weights follow the leavers of the case in the requirements (social 47 %, direct supply 33 %). */
const CHANNEL_MIX: readonly (readonly [Channel, count: number, weight: number])[] = [
  ['social', 12, 0.47],
  ['direct_card_supply', 5, 0.28],
  ['own_shop', 4, 0.15],
  ['web', 1, 0.04],
  ['app', 1, 0.06],
];

export const SALES_CHANNELS: readonly (readonly [SalesChannel, weight: number])[] = CHANNEL_MIX.flatMap(
  ([channel, count, weight]) =>
    Array.from({ length: count }, (_, i): readonly [SalesChannel, number] => [
      { channelId: `${channel.replaceAll('_', '-')}-${(i + 1).toString().padStart(2, '0')}`, channel },
      weight / count,
    ]),
);

/** Dealers whose numbers are farmed; nobody else buys there. */
export const FARMING_CHANNELS: readonly SalesChannel[] = ['social-90', 'social-91'].map((channelId) => ({
  channelId,
  channel: 'social',
}));

export const DEVICE_MODELS = [
  { typeCode: '86012304', model: 'Lark 5', dualSim: true },
  { typeCode: '86230105', model: 'Lark 7 Pro', dualSim: true },
  { typeCode: '35407811', model: 'Orchard 14', dualSim: false },
  { typeCode: '35929512', model: 'Orchard 16', dualSim: true },
  { typeCode: '86771803', model: 'Pebble Go', dualSim: false },
] as const;

const CELLS_PER_AREA = 10;
const AREAS_PER_BRANCH = 4;

/** Areas for a population, a few hundred lines in each. */
export function createAreas(subscribers: number): readonly [Area, ...Area[]] {
  const count = Math.max(4, Math.min(200, Math.ceil(subscribers / 250)));
  const areaAt = (index: number): Area => {
    const areaId = `area-${(index + 1).toString().padStart(3, '0')}`;
    const cellAt = (cell: number): CellLocation => ({
      cellId: `${areaId}-cell-${cell.toString().padStart(2, '0')}`,
      areaId,
      plmnId: '46000',
      roamingArea: '',
    });
    return {
      areaId,
      branchId: `branch-${(Math.floor(index / AREAS_PER_BRANCH) + 1).toString().padStart(2, '0')}`,
      cells: [cellAt(1), ...Array.from({ length: CELLS_PER_AREA - 1 }, (_, cell) => cellAt(cell + 2))],
    };
  };
  return [areaAt(0), ...Array.from({ length: count - 1 }, (_, index) => areaAt(index + 1))];
}
